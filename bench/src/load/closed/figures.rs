//! What a closed loop measures.

use std::time::Duration;

/// Rate, latencies, and what the generator took for itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Figures {
    /// Answers a second.
    pub(crate) rate: f64,
    /// Milliseconds.
    pub(crate) p50: f64,
    /// Milliseconds.
    pub(crate) p99: f64,
    /// Of one core.
    pub(crate) own_cpu: f64,
}

impl Figures {
    /// `None` when nothing was measured.
    pub(crate) fn of(mut latencies: Vec<Duration>, time: Duration, own_cpu: f64) -> Option<Self> {
        latencies.sort_unstable();
        let percentile = |p: usize| {
            let index = (latencies.len() * p / 100).min(latencies.len().checked_sub(1)?);
            latencies.get(index).map(|latency| latency.as_secs_f64() * 1e3)
        };
        let rate = latencies.len() as f64 / time.as_secs_f64();
        Some(Self { rate, p50: percentile(50)?, p99: percentile(99)?, own_cpu })
    }

    /// As samples; each request did `each` of what is counted.
    pub(crate) fn samples(&self, each: usize) -> [(&'static str, &'static str, f64); 4] {
        [
            ("rate", "1/s", self.rate * each as f64),
            ("p50", "ms", self.p50),
            ("p99", "ms", self.p99),
            ("generator CPU", "cores", self.own_cpu),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_what_was_measured() {
        let latencies = (1..=200).rev().map(Duration::from_millis).collect();
        let figures = Figures::of(latencies, Duration::from_secs(2), 0.5).unwrap();
        assert_eq!(figures, Figures { rate: 100.0, p50: 101.0, p99: 199.0, own_cpu: 0.5 });
        assert_eq!(figures.samples(3)[0], ("rate", "1/s", 300.0));
    }

    #[test]
    fn one_latency_is_all_percentiles_and_none_is_no_figure() {
        let one = Figures::of(vec![Duration::from_millis(7)], Duration::from_secs(1), 0.0).unwrap();
        assert_eq!((one.p50, one.p99), (7.0, 7.0));
        assert_eq!(Figures::of(Vec::new(), Duration::from_secs(1), 0.0), None);
    }
}
