//! Commands out of JSON bodies.

use std::fmt;

use bytes::Bytes;
use serde::Deserializer;
use serde::de::{Error, Visitor};
use serde_json::value::RawValue;

use crate::backend::Command;
use crate::texts;

/// `["SET","key",1]`.
pub(super) fn command(body: &[u8]) -> Result<Command, String> {
    arguments(items(body)?)
}

/// `[["SET","key",1],["GET","key"]]`.
pub(super) fn batch(body: &[u8]) -> Result<Vec<Command>, String> {
    let commands = items(body)?;
    if commands.is_empty() {
        return Err(texts::EMPTY_PIPELINE.to_owned());
    }
    commands.into_iter().map(|command| arguments(items(command.get().as_bytes())?)).collect()
}

/// The items of an array, each still as the text it came as.
fn items(json: &[u8]) -> Result<Vec<&RawValue>, String> {
    match json.trim_ascii_start().first() {
        None => Err(texts::NO_BODY.to_owned()),
        Some(b'[') => serde_json::from_slice(json).map_err(|error| format!("ERR invalid JSON: {error}")),
        Some(_) => Err(texts::NOT_AN_ARRAY.to_owned()),
    }
}

fn arguments(items: Vec<&RawValue>) -> Result<Command, String> {
    if items.is_empty() {
        return Err(texts::EMPTY_COMMAND.to_owned());
    }
    items.into_iter().map(argument).collect()
}

/// A number is what was written, digit by digit: `1.10` and `9007199254740993` would not survive a float.
fn argument(item: &RawValue) -> Result<Bytes, String> {
    let text = item.get();
    match text.as_bytes().first() {
        Some(b'"') => string(text),
        Some(b'n') => Err(texts::NULL_ARGUMENT.to_owned()),
        Some(b'[') => Err(texts::nested_argument('[')),
        Some(b'{') => Err(texts::nested_argument('{')),
        _ => Ok(Bytes::copy_from_slice(text.as_bytes())),
    }
}

/// A string. Half of a surrogate pair, which JavaScript allows in a string and UTF-8 does not, becomes U+FFFD.
fn string(text: &str) -> Result<Bytes, String> {
    let bytes = serde_json::Deserializer::from_str(text)
        .deserialize_bytes(Raw)
        .map_err(|error| format!("ERR invalid JSON: {error}"))?;
    match String::from_utf8_lossy(&bytes) {
        std::borrow::Cow::Borrowed(_) => Ok(bytes.into()),
        std::borrow::Cow::Owned(text) => Ok(text.into()),
    }
}

/// Takes a string's bytes, without asking for UTF-8.
struct Raw;

impl Visitor<'_> for Raw {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(body: &str) -> Result<Vec<String>, String> {
        command(body.as_bytes()).map(|c| c.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect())
    }

    #[test]
    fn numbers_keep_the_text_that_was_sent() {
        let body = r#" ["SET", 9007199254740993, 1.10, -0, 1e400, true, false, "a\"\u00e9\n", ""] "#;
        let expected = ["SET", "9007199254740993", "1.10", "-0", "1e400", "true", "false", "a\"é\n", ""];
        assert_eq!(words(body).unwrap(), expected);
    }

    #[test]
    fn half_a_surrogate_pair_does_not_refuse_the_request() {
        let got = words(r#"["SET", "a\ud83d", "\ud83d\ude00"]"#).unwrap();
        assert!(got[1].starts_with("a\u{fffd}"));
        assert_eq!(got[2], "😀");
    }

    #[test]
    fn what_no_command_can_hold_is_refused_in_upstashs_words() {
        let cases = [
            ("", "EOF"),
            ("  ", "EOF"),
            ("{}", "expected JSON array"),
            ("\"GET\"", "expected JSON array"),
            ("[]", "ERR empty command"),
            (r#"["GET",null]"#, "ERR null args are not supported"),
            (r#"["GET",["a"]]"#, "ERR unsupported arg type: \"[\": json.Delim"),
            (r#"["GET",{}]"#, "ERR unsupported arg type: \"{\": json.Delim"),
        ];
        for (body, expected) in cases {
            assert_eq!(words(body).unwrap_err(), expected, "{body}");
        }
        for body in ["[", "[\"GET\"", "[\"GET\",]", "[\"GET\"] x", "[\"\\x\"]", "[nul]"] {
            assert!(words(body).unwrap_err().starts_with("ERR invalid JSON"), "{body}");
        }
        assert_eq!(batch(b"[]").unwrap_err(), "ERR empty pipeline request");
        assert_eq!(batch(b"[[]]").unwrap_err(), "ERR empty command");
        assert_eq!(batch(br#"["GET"]"#).unwrap_err(), "expected JSON array");
    }

    proptest::proptest! {
        #[test]
        fn any_words_arrive_as_they_were_sent(words: Vec<String>) {
            let sent: Vec<Bytes> = words.iter().cloned().map(Bytes::from).collect();
            let got = command(&serde_json::to_vec(&words).unwrap());
            assert_eq!(got, if sent.is_empty() { Err(texts::EMPTY_COMMAND.to_owned()) } else { Ok(sent) });
        }

        #[test]
        fn no_bytes_at_all_make_it_panic(body: Vec<u8>) {
            let _ = command(&body);
            let _ = batch(&body);
        }
    }
}
