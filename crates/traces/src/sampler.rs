//! Which traces are kept.

use std::num::NonZeroU128;

use crate::TraceParent;

/// `OTEL_TRACES_SAMPLER` and its argument.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sampler {
    /// Whether one that others have decided on stays decided (`parentbased_…`).
    pub(crate) follows: bool,
    /// The share of the other traces, 0 to 1.
    pub(crate) ratio: f64,
}

impl Sampler {
    /// `name` as OpenTelemetry calls it; `argument` is the ratio, 1 where there is none. An error says what is wrong with
    /// which of the two.
    pub(crate) fn parse(name: &str, argument: Option<&str>) -> Result<Self, (&'static str, String)> {
        let (follows, root) = match name.strip_prefix("parentbased_") {
            Some(root) => (true, root),
            None => (false, name),
        };
        let ratio = match root {
            "always_on" => 1.0,
            "always_off" => 0.0,
            "traceidratio" => match argument.map(str::parse::<f64>) {
                None => 1.0,
                Some(Ok(ratio)) if (0.0..=1.0).contains(&ratio) => ratio,
                Some(_) => {
                    return Err(("OTEL_TRACES_SAMPLER_ARG", "must be a number from 0 to 1".to_owned()));
                }
            },
            _ => {
                let known = "must be always_on, always_off or traceidratio, or one of them after parentbased_";
                return Err(("OTEL_TRACES_SAMPLER", known.to_owned()));
            }
        };
        Ok(Self { follows, ratio })
    }

    /// Whether a trace is kept that one of RoomTalk's own parts, or nobody, began.
    pub(crate) fn keeps(&self, trace: NonZeroU128, parent: Option<&TraceParent>) -> bool {
        match parent {
            Some(parent) if self.follows => parent.sampled,
            _ => self.keeps_root(trace),
        }
    }

    /// Whether a trace is kept that a stranger began. By its flag it can decline, and not ask for more.
    pub(crate) fn keeps_strangers(&self, trace: NonZeroU128, parent: Option<&TraceParent>) -> bool {
        let declined = self.follows && parent.is_some_and(|parent| !parent.sampled);
        !declined && self.keeps_root(trace)
    }

    /// The same for every part that sees the trace, by the trace's id, as `TraceIdRatioBased` of OpenTelemetry.
    fn keeps_root(&self, trace: NonZeroU128) -> bool {
        let place = u64::try_from(trace.get() & u128::from(u64::MAX)).unwrap_or(u64::MAX) >> 1;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 2^63, by the check of the ratio"
        )]
        let bound = (self.ratio * 2f64.powi(63)) as u64;
        place < bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sampler(name: &str, argument: Option<&str>) -> Sampler {
        Sampler::parse(name, argument).unwrap()
    }

    fn trace(low: u64) -> NonZeroU128 {
        NonZeroU128::new(1 << 64 | u128::from(low)).unwrap()
    }

    fn parent(low: u64, sampled: bool) -> TraceParent {
        TraceParent { trace: trace(low), span: 1.try_into().unwrap(), sampled }
    }

    #[test]
    fn all_names_of_the_standard_are_known() {
        for (name, follows, ratio) in [
            ("always_on", false, 1.0),
            ("always_off", false, 0.0),
            ("traceidratio", false, 0.25),
            ("parentbased_always_on", true, 1.0),
            ("parentbased_always_off", true, 0.0),
            ("parentbased_traceidratio", true, 0.25),
        ] {
            assert_eq!(sampler(name, Some("0.25")), Sampler { follows, ratio }, "{name}");
        }
        assert_eq!(sampler("traceidratio", None), Sampler { follows: false, ratio: 1.0 });
        assert_eq!(Sampler::parse("xray", None).unwrap_err().0, "OTEL_TRACES_SAMPLER");
        for wrong in ["", "2", "-0.1", "NaN", "a"] {
            assert_eq!(Sampler::parse("traceidratio", Some(wrong)).unwrap_err().0, "OTEL_TRACES_SAMPLER_ARG");
        }
    }

    #[test]
    fn a_ratio_keeps_its_share_by_the_trace_alone() {
        let half = sampler("parentbased_traceidratio", Some("0.5"));
        assert!(half.keeps(trace(0), None) && !half.keeps(trace(u64::MAX), None));
        let all = sampler("always_on", None);
        assert!(all.keeps(trace(u64::MAX), None) && !sampler("always_off", None).keeps(trace(0), None));
    }

    #[test]
    fn what_a_part_of_roomtalk_decided_stays_decided() {
        let none = sampler("parentbased_always_off", None);
        assert!(none.keeps(trace(5), Some(&parent(5, true))));
        let all = sampler("parentbased_always_on", None);
        assert!(!all.keeps(trace(5), Some(&parent(5, false))));
        assert!(sampler("always_on", None).keeps(trace(5), Some(&parent(5, false))));
    }

    #[test]
    fn a_strangers_flag_can_decline_and_not_ask_for_more() {
        let none = sampler("parentbased_always_off", None);
        assert!(!none.keeps_strangers(trace(5), Some(&parent(5, true))));
        let all = sampler("parentbased_always_on", None);
        assert!(!all.keeps_strangers(trace(5), Some(&parent(5, false))));
        assert!(all.keeps_strangers(trace(5), Some(&parent(5, true))) && all.keeps_strangers(trace(5), None));
    }
}
