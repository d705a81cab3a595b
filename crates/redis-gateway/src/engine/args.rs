//! Arguments as commands read them.

use bytes::Bytes;

use super::{
    failure::Failure,
    number::{format_g17, parse_f64, parse_i64},
};
use crate::Reply;

/// The longest string that Redis takes, in bytes.
pub(crate) const MAX_STRING: usize = 512 << 20;

/// An integer.
pub(crate) fn int(argument: &[u8]) -> Result<i64, Failure> {
    parse_i64(argument).ok_or(Failure::NOT_INTEGER)
}

/// A float, never NaN.
pub(crate) fn float(argument: &[u8]) -> Result<f64, Failure> {
    parse_f64(argument).ok_or(Failure::NOT_FLOAT)
}

/// An integer >= 0; Redis has one text for all that is not.
pub(crate) fn positive(argument: &[u8]) -> Result<usize, Failure> {
    match parse_i64(argument) {
        Some(value) => usize::try_from(value).map_err(|_| Failure::NOT_POSITIVE),
        None => Err(Failure::NOT_POSITIVE),
    }
}

/// How many random elements are asked for; negative when they may repeat. More than 16 million repeats are refused, since
/// they cost memory out of proportion to the request.
pub(crate) fn draw(argument: &[u8]) -> Result<i64, Failure> {
    let count = int(argument)?;
    if (-(1 << 24)..=i64::MAX / 2).contains(&count) { Ok(count) } else { Err(Failure::OUT_OF_RANGE) }
}

/// Whether an argument is this word, in any case.
pub(crate) fn is(argument: &[u8], word: &str) -> bool {
    argument.eq_ignore_ascii_case(word.as_bytes())
}

/// `numkeys key [key …]` that starts at `at`: the keys, and the place after them.
pub(crate) fn keys(args: &[Bytes], at: usize) -> Result<(&[Bytes], usize), Failure> {
    let count = parse_i64(&args[at]).filter(|count| *count > 0).ok_or(Failure::NUMKEYS)?;
    let count = usize::try_from(count).map_err(|_| Failure::NUMKEYS)?;
    let end = (at + 1).checked_add(count).ok_or(Failure::TOO_MANY_KEYS)?;
    Ok((args.get(at + 1..end).ok_or(Failure::TOO_MANY_KEYS)?, end))
}

/// `numkeys key [key …] where [COUNT count]` of LMPOP and ZMPOP: the keys, the word after them, the count.
pub(crate) fn multi_pop(args: &[Bytes]) -> Result<(&[Bytes], &Bytes, usize), Failure> {
    let positive = |argument: &[u8], refusal| {
        parse_i64(argument).and_then(|number| usize::try_from(number).ok()).filter(|number| *number > 0).ok_or(refusal)
    };
    let number = positive(&args[1], Failure::NUMKEYS)?;
    let end = number.checked_add(2).filter(|end| *end < args.len()).ok_or(Failure::SYNTAX)?;
    let mut count = None;
    let mut rest = args[end + 1..].iter();
    while let Some(word) = rest.next() {
        let value = rest.next().filter(|_| is(word, "count") && count.is_none()).ok_or(Failure::SYNTAX)?;
        count = Some(positive(value, Failure::text("ERR count should be greater than 0"))?);
    }
    Ok((&args[2..end], &args[end], count.unwrap_or(1)))
}

/// Places `start..end` of a sequence, from indexes as Redis counts them: both included, negative from the end.
pub(crate) fn slice(start: i64, end: i64, len: usize) -> std::ops::Range<usize> {
    let len = len as i64;
    let place = |index: i64| if index < 0 { index.saturating_add(len) } else { index };
    let (start, end) = (place(start).max(0), place(end).min(len - 1));
    if start > end || start >= len { 0..0 } else { start as usize..(end + 1) as usize }
}

/// `OK`.
pub(crate) fn ok() -> Reply {
    Reply::Status("OK".to_owned())
}

/// A count.
pub(crate) fn count(value: usize) -> Reply {
    Reply::Integer(value as i64)
}

/// 1 or 0.
pub(crate) fn flag(value: bool) -> Reply {
    Reply::Integer(i64::from(value))
}

/// A string, or nil.
pub(crate) fn bulk(value: Option<&Bytes>) -> Reply {
    value.map_or(Reply::Nil, |value| Reply::Bulk(value.clone()))
}

/// A text.
pub(crate) fn text(value: impl Into<String>) -> Reply {
    Reply::Bulk(Bytes::from(value.into()))
}

/// Strings.
pub(crate) fn bulks<'a>(values: impl IntoIterator<Item = &'a Bytes>) -> Reply {
    Reply::Array(values.into_iter().map(|value| Reply::Bulk(value.clone())).collect())
}

/// A score.
pub(crate) fn score(value: f64) -> Reply {
    text(format_g17(value))
}

#[cfg(test)]
mod tests {
    use super::slice;

    #[test]
    fn slices_count_from_either_end_and_never_leave_the_sequence() {
        assert_eq!(slice(0, -1, 5), 0..5);
        assert_eq!(slice(-2, -1, 5), 3..5);
        assert_eq!(slice(-100, 100, 5), 0..5);
        assert_eq!(slice(3, 1, 5), 0..0);
        assert_eq!(slice(0, -1, 0), 0..0);
        assert_eq!(slice(i64::MIN, i64::MAX, 5), 0..5);
    }
}
