//! Replies in the formats that a client may ask for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;

use crate::{Reply, digits};

/// How a client wants its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON with strings as they are; bytes that are not UTF-8 become U+FFFD.
    Text,
    /// JSON with strings in base64.
    Base64,
    /// Redis's own wire format.
    Resp2,
}

impl Format {
    /// Reads `Upstash-Response-Format` and `Upstash-Encoding`.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, String> {
        let base64 =
            headers.get("upstash-encoding").is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"base64"));
        match headers.get("upstash-response-format").map(http::HeaderValue::as_bytes) {
            None | Some(b"json") => Ok(if base64 { Self::Base64 } else { Self::Text }),
            Some(b"resp2") if base64 => {
                Err("ERR base64 encoding is not available with the resp2 response format".to_owned())
            }
            Some(b"resp2") => Ok(Self::Resp2),
            Some(other) => Err(format!(
                "ERR unknown response format '{}': it must be json or resp2",
                String::from_utf8_lossy(other)
            )),
        }
    }
}

/// `{"result":…}` or `{"error":"…"}`.
pub(super) fn object(out: &mut Vec<u8>, reply: &Reply, base64: bool) {
    match reply {
        Reply::Error(text) => error(out, text),
        // The one string that is never encoded, and only here: inside an array a client decodes it like any other.
        Reply::Status(text) if text == "OK" => out.extend_from_slice(br#"{"result":"OK"}"#),
        reply => {
            out.extend_from_slice(br#"{"result":"#);
            value(out, reply, base64);
            out.push(b'}');
        }
    }
}

/// `{"error":"…"}`.
pub(super) fn error(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(br#"{"error":"#);
    quoted(out, text);
    out.push(b'}');
}

/// `[{"result":…},{"error":"…"}]`.
pub(super) fn array(out: &mut Vec<u8>, replies: &[Reply], base64: bool) {
    list(out, replies, |out, reply| object(out, reply, base64));
}

fn value(out: &mut Vec<u8>, reply: &Reply, base64: bool) {
    match reply {
        Reply::Nil => out.extend_from_slice(b"null"),
        Reply::Integer(number) => digits::push(out, *number),
        Reply::Bulk(bytes) => string(out, bytes, base64),
        Reply::Status(text) | Reply::Error(text) => string(out, text.as_bytes(), base64),
        Reply::Array(items) => list(out, items, |out, item| value(out, item, base64)),
    }
}

fn list(out: &mut Vec<u8>, items: &[Reply], mut write: impl FnMut(&mut Vec<u8>, &Reply)) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

fn string(out: &mut Vec<u8>, bytes: &[u8], base64: bool) {
    if base64 {
        let start = out.len() + 1;
        out.push(b'"');
        out.resize(start + base64::encoded_len(bytes.len(), true).unwrap_or_default(), 0);
        // There is room for exactly this.
        let _ = STANDARD.encode_slice(bytes, &mut out[start..]);
        out.push(b'"');
    } else {
        quoted(out, &String::from_utf8_lossy(bytes));
    }
}

fn quoted(out: &mut Vec<u8>, text: &str) {
    // A string into memory: neither can fail.
    let _ = serde_json::to_writer(out, text);
}

/// One reply in Redis's wire format.
pub(crate) fn resp2(out: &mut Vec<u8>, reply: &Reply) {
    match reply {
        Reply::Nil => out.extend_from_slice(b"$-1\r\n"),
        Reply::Integer(number) => header(out, b':', *number),
        Reply::Status(text) => line(out, b'+', text),
        Reply::Error(text) => line(out, b'-', text),
        Reply::Bulk(bytes) => {
            header(out, b'$', length(bytes.len()));
            out.extend_from_slice(bytes);
            out.extend_from_slice(b"\r\n");
        }
        Reply::Array(items) => {
            header(out, b'*', length(items.len()));
            for item in items {
                resp2(out, item);
            }
        }
    }
}

fn length(length: usize) -> i64 {
    // No length in memory is greater.
    i64::try_from(length).unwrap_or(i64::MAX)
}

fn header(out: &mut Vec<u8>, kind: u8, number: i64) {
    out.push(kind);
    digits::push(out, number);
    out.extend_from_slice(b"\r\n");
}

/// A line, which can't hold a line break.
fn line(out: &mut Vec<u8>, kind: u8, text: &str) {
    out.push(kind);
    out.extend(text.bytes().map(|byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { byte }));
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn json(reply: &Reply, base64: bool) -> String {
        let mut out = Vec::new();
        object(&mut out, reply, base64);
        String::from_utf8(out).unwrap()
    }

    fn ok() -> Reply {
        Reply::Status("OK".into())
    }

    #[test]
    fn base64_spares_only_an_ok_that_stands_alone() {
        let cases = [
            (ok(), r#"{"result":"OK"}"#),
            (Reply::Bulk("OK".into()), r#"{"result":"T0s="}"#),
            (Reply::Status("PONG".into()), r#"{"result":"UE9ORw=="}"#),
            (Reply::Array(vec![ok(), Reply::Nil, Reply::Integer(1)]), r#"{"result":["T0s=",null,1]}"#),
            (Reply::Bulk("bar".into()), r#"{"result":"YmFy"}"#),
            (Reply::Error("ERR x".into()), r#"{"error":"ERR x"}"#),
            (Reply::Nil, r#"{"result":null}"#),
        ];
        for (reply, expected) in cases {
            assert_eq!(json(&reply, true), expected);
        }
    }

    #[test]
    fn text_is_json_whatever_the_bytes_are() {
        assert_eq!(json(&Reply::Bulk("a\"\u{1}é\n".into()), false), r#"{"result":"a\"\u0001é\n"}"#);
        assert_eq!(json(&Reply::Bulk(vec![b'a', 0xff].into()), false), "{\"result\":\"a\u{fffd}\"}");
        assert_eq!(json(&Reply::Integer(i64::MIN), false), r#"{"result":-9223372036854775808}"#);
    }

    #[test]
    fn resp2_is_redis_wire_format() {
        let mut out = Vec::new();
        let reply = Reply::Array(vec![ok(), Reply::Nil, Reply::Bulk("a\r\n".into()), Reply::Error("ERR a\nb".into())]);
        resp2(&mut out, &reply);
        assert_eq!(out, b"*4\r\n+OK\r\n$-1\r\n$3\r\na\r\n\r\n-ERR a b\r\n");
    }

    /// What a client must see of a reply in JSON, where `text` tells how strings look.
    fn expected(reply: &Reply, text: &impl Fn(&[u8]) -> String) -> serde_json::Value {
        match reply {
            Reply::Nil => serde_json::Value::Null,
            Reply::Integer(number) => (*number).into(),
            Reply::Bulk(bytes) => text(bytes).into(),
            Reply::Status(status) | Reply::Error(status) => text(status.as_bytes()).into(),
            Reply::Array(items) => items.iter().map(|item| expected(item, text)).collect(),
        }
    }

    fn any_reply() -> impl Strategy<Value = Reply> {
        let leaf = prop_oneof![
            Just(Reply::Nil),
            any::<i64>().prop_map(Reply::Integer),
            any::<Vec<u8>>().prop_map(|bytes| Reply::Bulk(bytes.into())),
            any::<String>().prop_map(Reply::Status),
        ];
        leaf.prop_recursive(3, 32, 8, |item| prop::collection::vec(item, 0..8).prop_map(Reply::Array))
    }

    proptest! {
        #[test]
        fn whatever_the_store_answers_is_json_that_says_the_same(reply in any_reply()) {
            let items = Reply::Array(vec![reply]);
            let read = |base64| serde_json::from_str::<serde_json::Value>(&json(&items, base64)).unwrap()["result"].take();
            prop_assert_eq!(read(true), expected(&items, &|bytes| STANDARD.encode(bytes)));
            prop_assert_eq!(read(false), expected(&items, &|bytes| String::from_utf8_lossy(bytes).into_owned()));
        }
    }
}
