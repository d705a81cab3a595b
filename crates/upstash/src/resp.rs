//! Redis's own wire format (RESP2), as a store gives it when asked to: nothing in it must be decoded.

use bytes::Bytes;

use crate::Reply;

/// Arrays nested deeper are refused. Entries of a stream are three deep.
const DEPTH: usize = 16;

/// A whole answer: one reply, or the error that the command ended with. `None` for bytes that are no such thing, or only
/// the beginning of it. Strings share the memory of `body`.
pub(crate) fn read(body: &Bytes) -> Option<Result<Reply, String>> {
    if let Some(text) = body.strip_prefix(b"-") {
        let text = text.strip_suffix(b"\r\n")?;
        return Some(Err(String::from_utf8_lossy(text).into_owned()));
    }
    let mut reader = Reader { body, at: 0 };
    let reply = reader.reply(DEPTH)?;
    (reader.at == body.len()).then_some(Ok(reply))
}

struct Reader<'a> {
    body: &'a Bytes,
    at: usize,
}

impl Reader<'_> {
    fn reply(&mut self, depth: usize) -> Option<Reply> {
        let kind = *self.body.get(self.at)?;
        self.at += 1;
        match kind {
            b'+' => {
                let start = self.at;
                let line = self.line()?.len();
                Some(Reply::Bytes(self.body.slice(start..start + line)))
            }
            b':' => Some(Reply::Int(self.number()?)),
            b'$' => {
                let Ok(length) = usize::try_from(self.number()?) else { return Some(Reply::Nil) };
                let (start, end) = (self.at, self.at.checked_add(length)?);
                if self.body.get(end..end + 2)? != b"\r\n" {
                    return None;
                }
                self.at = end + 2;
                Some(Reply::Bytes(self.body.slice(start..end)))
            }
            b'*' => {
                let Ok(count) = usize::try_from(self.number()?) else { return Some(Reply::Nil) };
                // No item takes less than four bytes, so a count that lies takes no more memory than the body.
                let mut items = Vec::with_capacity(count.min(self.body.len() / 4));
                for _ in 0..count {
                    items.push(self.reply(depth.checked_sub(1)?)?);
                }
                Some(Reply::Array(items))
            }
            _ => None,
        }
    }

    fn number(&mut self) -> Option<i64> {
        std::str::from_utf8(self.line()?).ok()?.parse().ok()
    }

    fn line(&mut self) -> Option<&[u8]> {
        let rest = self.body.get(self.at..)?;
        let length = rest.iter().position(|byte| *byte == b'\r')?;
        if rest.get(length + 1) != Some(&b'\n') {
            return None;
        }
        self.at += length + 2;
        rest.get(..length)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(text: &str) -> Reply {
        Reply::Bytes(Bytes::copy_from_slice(text.as_bytes()))
    }

    fn reply(text: &str) -> Option<Result<Reply, String>> {
        read(&Bytes::copy_from_slice(text.as_bytes()))
    }

    #[test]
    fn every_shape_is_read() {
        for (text, expected) in [
            ("+OK\r\n", bytes("OK")),
            (":-7\r\n", Reply::Int(-7)),
            ("$-1\r\n", Reply::Nil),
            ("*-1\r\n", Reply::Nil),
            ("$0\r\n\r\n", bytes("")),
            ("$4\r\na\r\nb\r\n", bytes("a\r\nb")),
            ("*0\r\n", Reply::Array(Vec::new())),
            ("*2\r\n*1\r\n$1\r\nx\r\n:1\r\n", Reply::Array(vec![Reply::Array(vec![bytes("x")]), Reply::Int(1)])),
        ] {
            assert_eq!(reply(text), Some(Ok(expected)), "{text:?}");
        }
        assert_eq!(reply("-WRONGTYPE a key\r\n"), Some(Err("WRONGTYPE a key".to_owned())));
    }

    #[test]
    fn what_is_cut_or_goes_on_is_no_answer() {
        let whole = "*2\r\n$5\r\nhello\r\n*1\r\n:12\r\n";
        for end in 0..whole.len() {
            assert_eq!(reply(&whole[..end]), None, "cut at {end}");
        }
        for text in ["+OK\r\n+OK\r\n", "$1\r\nab\r\n", "$x\r\n", "{}", "*1\r\n-ERR\r\n", "*9999999999999\r\n", ":\r\n"]
        {
            assert_eq!(reply(text), None, "{text:?}");
        }
        assert_eq!(reply(&"*1\r\n".repeat(1000)), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(body: Vec<u8>) {
            let _ = read(&body.into());
        }

        #[test]
        fn nor_do_those_that_look_like_it(text in r"([*$:+-]-?[0-9]{0,3}\r\n[a-z]{0,3}(\r\n)?){0,8}") {
            let _ = reply(&text);
        }
    }
}
