//! Redis's own protocol, as far as a pipeline of commands and the end of its replies.

use anyhow::{Context, Result, bail};

/// A command as Redis reads it.
pub(super) fn command<'a>(args: impl ExactSizeIterator<Item = &'a [u8]>, into: &mut Vec<u8>) {
    into.extend_from_slice(format!("*{}\r\n", args.len()).as_bytes());
    for arg in args {
        into.extend_from_slice(format!("${}\r\n", arg.len()).as_bytes());
        into.extend_from_slice(arg);
        into.extend_from_slice(b"\r\n");
    }
}

/// Where the reply that begins at `from` ends, once it is complete. An error is an error.
pub(super) fn end_of_reply(bytes: &[u8], from: usize) -> Result<Option<usize>> {
    let rest = bytes.get(from..).unwrap_or_default();
    let Some(line) = rest.windows(2).position(|two| two == b"\r\n") else { return Ok(None) };
    let (text, after) = (std::str::from_utf8(&rest[..line])?, from + line + 2);
    let (kind, value) = text.split_at_checked(1).context("an empty reply")?;
    match kind {
        "+" | ":" => Ok(Some(after)),
        "$" => {
            let length: i64 = value.parse()?;
            // A missing value has a length of -1 and no bytes.
            let end = usize::try_from(length).map_or(after, |length| after + length + 2);
            Ok((bytes.len() >= end).then_some(end))
        }
        "*" => {
            let mut end = after;
            for _ in 0..value.parse::<i64>()?.max(0) {
                let Some(next) = end_of_reply(bytes, end)? else { return Ok(None) };
                end = next;
            }
            Ok(Some(end))
        }
        _ => bail!("the store says: {text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_an_array_of_strings_with_lengths() {
        let mut bytes = Vec::new();
        command([&b"SET"[..], b"k", b""].into_iter(), &mut bytes);
        assert_eq!(bytes, b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n");
    }

    #[test]
    fn the_end_of_each_reply_is_found_and_of_no_part_of_one() {
        for reply in ["+OK\r\n", ":7\r\n", "$-1\r\n", "$3\r\na\r\n\r\n", "*-1\r\n", "*2\r\n$1\r\nx\r\n*1\r\n:1\r\n"] {
            let bytes = reply.as_bytes();
            assert_eq!(end_of_reply(bytes, 0).unwrap(), Some(bytes.len()), "{reply:?}");
            for cut in 0..bytes.len() {
                assert_eq!(end_of_reply(&bytes[..cut], 0).unwrap(), None, "{reply:?} cut at {cut}");
            }
        }
    }

    #[test]
    fn an_error_is_told_also_from_within_an_array() {
        assert!(end_of_reply(b"-ERR no\r\n", 0).is_err());
        assert!(end_of_reply(b"*1\r\n-NOSCRIPT no\r\n", 0).is_err());
    }
}
