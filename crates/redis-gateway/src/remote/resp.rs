//! Redis's wire format, RESP2.

use bytes::{Bytes, BytesMut};

use crate::backend::Command;
use crate::{Reply, digits};

/// Replies nested deeper are refused.
const DEPTH: usize = 128;

/// Writes a command.
pub(super) fn command(out: &mut Vec<u8>, command: &Command) {
    out.push(b'*');
    digits::push_length(out, command.len());
    out.extend_from_slice(b"\r\n");
    for argument in command {
        out.push(b'$');
        digits::push_length(out, argument.len());
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(argument);
        out.extend_from_slice(b"\r\n");
    }
}

/// These bytes are no reply.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// How far the reply at the front of a buffer has been seen: nothing is looked at twice, however slowly it comes.
#[derive(Debug)]
pub(super) struct Scan {
    at: usize,
    /// Items that are still to come, those of arrays included.
    missing: usize,
}

impl Default for Scan {
    fn default() -> Self {
        Self { at: 0, missing: 1 }
    }
}

impl Scan {
    /// Takes the reply off the front, once it is whole. It shares the buffer's memory.
    pub(super) fn take(&mut self, buffer: &mut BytesMut) -> Result<Option<Frame>, Malformed> {
        while self.missing > 0 {
            let Some((kind, end)) = line(buffer, self.at)? else { return Ok(None) };
            let mut next = end;
            if matches!(kind, b'$' | b'*')
                && let Ok(length) = usize::try_from(number(&buffer[self.at + 1..end - 2])?)
            {
                if kind == b'*' {
                    self.missing = self.missing.checked_add(length).ok_or(Malformed)?;
                } else {
                    next = end.checked_add(length).and_then(|end| end.checked_add(2)).ok_or(Malformed)?;
                    if next > buffer.len() {
                        return Ok(None);
                    }
                    if !buffer[..next].ends_with(b"\r\n") {
                        return Err(Malformed);
                    }
                }
            }
            self.missing -= 1;
            self.at = next;
        }
        let whole = buffer.split_to(self.at).freeze();
        *self = Self::default();
        Ok(Some(Frame(whole)))
    }
}

/// A whole reply as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame(Bytes);

impl Frame {
    /// The reply, whose strings share this memory.
    pub(super) fn reply(&self) -> Result<Reply, Malformed> {
        reply(&self.0, &mut 0, DEPTH)
    }

    /// Whether it is an error, rather than holds some.
    pub(super) fn is_error(&self) -> bool {
        self.0.starts_with(b"-")
    }

    pub(super) fn into_bytes(self) -> Bytes {
        self.0
    }
}

/// The replies of several.
pub(super) fn replies(frames: &[Frame]) -> Result<Vec<Reply>, Malformed> {
    frames.iter().map(Frame::reply).collect()
}

/// The kind of the line that starts at `at`, and where the next one starts; `None` when it is not whole.
fn line(buffer: &[u8], at: usize) -> Result<Option<(u8, usize)>, Malformed> {
    let Some((kind, rest)) = buffer.get(at..).and_then(<[u8]>::split_first) else { return Ok(None) };
    if !matches!(kind, b'+' | b'-' | b':' | b'$' | b'*') {
        return Err(Malformed);
    }
    let Some(length) = rest.iter().position(|byte| *byte == b'\r') else { return Ok(None) };
    match rest.get(length + 1) {
        None => Ok(None),
        Some(b'\n') => Ok(Some((*kind, at + 1 + length + 2))),
        Some(_) => Err(Malformed),
    }
}

fn number(text: &[u8]) -> Result<i64, Malformed> {
    std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).ok_or(Malformed)
}

/// The reply at `at` of bytes that [`Scan`] has found to be whole.
fn reply(bytes: &Bytes, at: &mut usize, depth: usize) -> Result<Reply, Malformed> {
    let (kind, end) = line(bytes, *at)?.ok_or(Malformed)?;
    let text = &bytes[*at + 1..end - 2];
    *at = end;
    Ok(match kind {
        b'+' => Reply::Status(String::from_utf8_lossy(text).into_owned()),
        b'-' => Reply::Error(String::from_utf8_lossy(text).into_owned()),
        b':' => Reply::Integer(number(text)?),
        kind => match (kind, usize::try_from(number(text)?)) {
            (_, Err(_)) => Reply::Nil,
            (b'$', Ok(length)) => {
                *at = end + length + 2;
                Reply::Bulk(bytes.slice(end..end + length))
            }
            (_, Ok(count)) => {
                let depth = depth.checked_sub(1).ok_or(Malformed)?;
                Reply::Array((0..count).map(|_| reply(bytes, at, depth)).collect::<Result<_, _>>()?)
            }
        },
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::http::write_resp2;

    fn bulk(text: &str) -> Reply {
        Reply::Bulk(Bytes::copy_from_slice(text.as_bytes()))
    }

    fn take(buffer: &mut BytesMut) -> Result<Option<Reply>, Malformed> {
        Scan::default().take(buffer)?.map(|frame| frame.reply()).transpose()
    }

    fn any_reply() -> impl Strategy<Value = Reply> {
        let leaf = prop_oneof![
            Just(Reply::Nil),
            any::<i64>().prop_map(Reply::Integer),
            any::<Vec<u8>>().prop_map(|bytes| Reply::Bulk(bytes.into())),
            "[ -~]{0,10}".prop_map(Reply::Status),
            "[ -~]{0,10}".prop_map(Reply::Error),
        ];
        leaf.prop_recursive(4, 30, 6, |item| prop::collection::vec(item, 0..6).prop_map(Reply::Array))
    }

    #[test]
    fn a_command_is_an_array_of_strings() {
        let mut out = Vec::new();
        command(&mut out, &vec![Bytes::from_static(b"SET"), Bytes::from_static(b"k"), Bytes::from_static(b"a\r\nb")]);
        assert_eq!(out, b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\na\r\nb\r\n");
    }

    #[test]
    fn both_kinds_of_nil_are_read() {
        let mut buffer = BytesMut::from("*-1\r\n$-1\r\n*1\r\n$1\r\nx\r\n");
        assert_eq!(take(&mut buffer), Ok(Some(Reply::Nil)));
        assert_eq!(take(&mut buffer), Ok(Some(Reply::Nil)));
        assert_eq!(take(&mut buffer), Ok(Some(Reply::Array(vec![bulk("x")]))));
        assert_eq!(take(&mut buffer), Ok(None));
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        for text in [
            "x\r\n",
            "$x\r\n",
            "$1\r\nab\r\n",
            "*1\r\n!\r\n",
            "+a\rb\r\n",
            "*9223372036854775807\r\n*9223372036854775807\r\n*9223372036854775807\r\n",
        ] {
            assert_eq!(take(&mut text.into()), Err(Malformed), "{text:?}");
        }
        let deep = "*1\r\n".repeat(DEPTH + 1) + ":1\r\n";
        assert_eq!(take(&mut deep.as_str().into()), Err(Malformed));
    }

    proptest! {
        #[test]
        fn replies_come_as_they_were_sent_however_they_are_cut(sent in prop::collection::vec(any_reply(), 1..4), piece in 1usize..40) {
            let mut bytes = Vec::new();
            for reply in &sent {
                write_resp2(&mut bytes, reply);
            }
            let (mut scan, mut buffer, mut got) = (Scan::default(), BytesMut::new(), Vec::new());
            for piece in bytes.chunks(piece) {
                buffer.extend_from_slice(piece);
                while let Some(frame) = scan.take(&mut buffer).unwrap() {
                    got.push(frame.reply().unwrap());
                }
            }
            prop_assert_eq!(got, sent);
            prop_assert!(buffer.is_empty());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in r"([*$:+-]-?[0-9]{0,3}\r\n[a-z]{0,3}(\r\n)?){0,8}") {
            let (mut scan, mut buffer) = (Scan::default(), BytesMut::from(bytes.as_str()));
            while let Ok(Some(frame)) = scan.take(&mut buffer) {
                let _ = frame.reply();
            }
        }
    }
}
