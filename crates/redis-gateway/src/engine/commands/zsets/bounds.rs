//! Ranges of sorted sets by score and by member.

use std::ops::Range;

use bytes::Bytes;

use crate::engine::{data::Zset, failure::Failure, number::parse_f64};

/// From one score to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScoreRange {
    min: (f64, bool),
    max: (f64, bool),
}

impl ScoreRange {
    pub(super) fn parse(min: &[u8], max: &[u8]) -> Result<Self, Failure> {
        Ok(Self { min: Self::bound(min)?, max: Self::bound(max)? })
    }

    /// A score, and whether it is itself left out.
    fn bound(text: &[u8]) -> Result<(f64, bool), Failure> {
        let (text, exclusive) = text.strip_prefix(b"(").map_or((text, false), |text| (text, true));
        parse_f64(text).map(|score| (score, exclusive)).ok_or(Failure::text("ERR min or max is not a float"))
    }

    /// The ranks that it covers.
    pub(super) fn ranks(&self, zset: &Zset) -> Range<usize> {
        let (min, max) = (self.min, self.max);
        let start = zset.count_before(|item| if min.1 { item.0 <= min.0 } else { item.0 < min.0 });
        let end = zset.count_before(|item| if max.1 { item.0 < max.0 } else { item.0 <= max.0 });
        start..end.max(start)
    }
}

/// From one member to another; only useful while all scores are equal.
#[derive(Debug, Clone)]
pub(super) struct LexRange {
    min: Bound,
    max: Bound,
}

#[derive(Debug, Clone)]
enum Bound {
    /// `-`
    First,
    /// `+`
    Last,
    /// `[member`
    Inclusive(Bytes),
    /// `(member`
    Exclusive(Bytes),
}

impl LexRange {
    pub(super) fn parse(min: &Bytes, max: &Bytes) -> Result<Self, Failure> {
        Ok(Self { min: Self::bound(min)?, max: Self::bound(max)? })
    }

    fn bound(text: &Bytes) -> Result<Bound, Failure> {
        match text.first() {
            Some(b'-') if text.len() == 1 => Ok(Bound::First),
            Some(b'+') if text.len() == 1 => Ok(Bound::Last),
            Some(b'[') => Ok(Bound::Inclusive(text.slice(1..))),
            Some(b'(') => Ok(Bound::Exclusive(text.slice(1..))),
            _ => Err(Failure::text("ERR min or max not valid string range item")),
        }
    }

    /// The ranks that it covers.
    pub(super) fn ranks(&self, zset: &Zset) -> Range<usize> {
        let start = match &self.min {
            Bound::First => 0,
            Bound::Last => zset.len(),
            Bound::Inclusive(member) => zset.count_before(|item| item.1 < member),
            Bound::Exclusive(member) => zset.count_before(|item| item.1 <= member),
        };
        let end = match &self.max {
            Bound::First => 0,
            Bound::Last => zset.len(),
            Bound::Inclusive(member) => zset.count_before(|item| item.1 <= member),
            Bound::Exclusive(member) => zset.count_before(|item| item.1 < member),
        };
        start..end.max(start)
    }
}
