//! W3C Trace Context (<https://www.w3.org/TR/trace-context/>), the header `traceparent`.

use std::fmt;
use std::num::{NonZeroU64, NonZeroU128};

/// Name of the header and of the fields that carry a [`TraceParent`].
pub const HEADER: &str = "traceparent";

/// Bytes of version 00.
const LENGTH: usize = 55;
/// The one flag that is acted on.
const SAMPLED: u8 = 1;

/// A span as others name it: its trace, itself, and whether the trace is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceParent {
    pub(crate) trace: NonZeroU128,
    pub(crate) span: NonZeroU64,
    pub(crate) sampled: bool,
}

impl TraceParent {
    /// Reads `00-{trace id}-{span id}-{flags}`, lower-case hex. `None` for anything malformed, which is to be ignored. Of a
    /// later version, what version 00 has is read.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.as_bytes();
        let (version, rest) = (hex(text.get(..2)?)?, text.get(LENGTH..)?);
        let ends = match version {
            0xff => false,
            0 => rest.is_empty(),
            _ => rest.first().is_none_or(|byte| *byte == b'-'),
        };
        let dashes = [2, 35, 52].iter().all(|at| text.get(*at) == Some(&b'-'));
        if !ends || !dashes {
            return None;
        }
        Some(Self {
            trace: NonZeroU128::new(hex(text.get(3..35)?)?)?,
            span: NonZeroU64::new(u64::try_from(hex(text.get(36..52)?)?).ok()?)?,
            sampled: hex(text.get(53..55)?)? & u128::from(SAMPLED) != 0,
        })
    }

    /// The header of a request. `None` when there is none, or several, or a malformed one.
    #[cfg(feature = "spans")]
    pub fn of(headers: &http::HeaderMap) -> Option<Self> {
        let mut all = headers.get_all(HEADER).iter();
        let (one, None) = (all.next()?, all.next()) else { return None };
        one.to_str().ok().and_then(Self::parse)
    }

    /// Whether the trace is kept by whoever named it.
    pub const fn is_sampled(&self) -> bool {
        self.sampled
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace, self.span, u8::from(self.sampled))
    }
}

/// The number that lower-case hex digits write.
fn hex(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0, |number: u128, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const SPAN: &str = "b7ad6b7169203331";

    #[test]
    fn a_context_is_written_as_it_is_read() {
        for (flags, sampled) in [("01", true), ("00", false)] {
            let text = format!("00-{TRACE}-{SPAN}-{flags}");
            let parent = TraceParent::parse(&text).unwrap();
            assert_eq!((parent.to_string(), parent.is_sampled()), (text, sampled));
        }
    }

    #[test]
    fn other_flags_and_what_a_later_version_adds_mean_nothing() {
        let read = |text: &str| TraceParent::parse(text).map(|parent| parent.to_string());
        assert_eq!(read(&format!("00-{TRACE}-{SPAN}-fe")), Some(format!("00-{TRACE}-{SPAN}-00")));
        for later in [format!("cc-{TRACE}-{SPAN}-01"), format!("cc-{TRACE}-{SPAN}-03-what-the-future-brings")] {
            assert_eq!(read(&later), Some(format!("00-{TRACE}-{SPAN}-01")), "{later}");
        }
    }

    #[test]
    fn of_several_headers_none_counts() {
        let text = format!("00-{TRACE}-{SPAN}-01");
        let mut headers = http::HeaderMap::new();
        assert_eq!(TraceParent::of(&headers), None);
        headers.append(HEADER, text.parse().unwrap());
        assert_eq!(TraceParent::of(&headers), TraceParent::parse(&text));
        headers.append(HEADER, text.parse().unwrap());
        assert_eq!(TraceParent::of(&headers), None);
    }

    #[test]
    fn anything_malformed_is_no_context() {
        let zeros = "0".repeat(32);
        for text in [
            String::new(),
            "00".to_owned(),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}-{SPAN}-1"),
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("00-{TRACE}-{SPAN}-01 "),
            format!(" 00-{TRACE}-{SPAN}-01"),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("cc-{TRACE}-{SPAN}-01.more"),
            format!("0x-{TRACE}-{SPAN}-01"),
            format!("00-{zeros}-{SPAN}-01"),
            format!("00-{TRACE}-{}-01", &zeros[..16]),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{TRACE}-{}-01", SPAN.to_uppercase()),
            format!("00_{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}_{SPAN}-01"),
            format!("00-{}é-{SPAN}-01", &TRACE[2..]),
        ] {
            assert_eq!(TraceParent::parse(&text), None, "{text}");
        }
    }
}
