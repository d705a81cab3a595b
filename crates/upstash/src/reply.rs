//! Replies.

use std::marker::PhantomData;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Deserialize;
use serde::de::{Error, SeqAccess, Visitor};

/// What a command answered, in the shapes of RESP2.
///
/// Read from Redis's own format, or from JSON whose strings are base64 (`Upstash-Encoding: base64`), except the status
/// `OK`, which stands bare. No padded base64 text is two characters long, so a bare `OK` is never something else; other
/// statuses are encoded and can't be told from strings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Nothing.
    Nil,
    /// A number.
    Int(i64),
    /// Bytes.
    Bytes(Bytes),
    /// Several.
    Array(Vec<Reply>),
}

/// A reply of another shape than the command has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the store answered with another shape than {0}")]
pub struct Unexpected(pub &'static str);

impl Reply {
    /// The number.
    pub fn int(self) -> Result<i64, Unexpected> {
        match self {
            Self::Int(n) => Ok(n),
            _ => Err(Unexpected("a number")),
        }
    }

    /// The number, which can't be negative.
    pub fn count(self) -> Result<u64, Unexpected> {
        u64::try_from(self.int()?).map_err(|_| Unexpected("a number from 0"))
    }

    /// The bytes.
    pub fn bytes(self) -> Result<Bytes, Unexpected> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            _ => Err(Unexpected("a string")),
        }
    }

    /// The string, which must be UTF-8.
    pub fn text(self) -> Result<String, Unexpected> {
        String::from_utf8(self.bytes()?.into()).map_err(|_| Unexpected("a UTF-8 string"))
    }

    /// The string, or nothing.
    pub fn maybe_text(self) -> Result<Option<String>, Unexpected> {
        match self {
            Self::Nil => Ok(None),
            other => other.text().map(Some),
        }
    }

    /// The items; nothing counts as none.
    pub fn array(self) -> Result<Vec<Self>, Unexpected> {
        match self {
            Self::Array(items) => Ok(items),
            Self::Nil => Ok(Vec::new()),
            _ => Err(Unexpected("an array")),
        }
    }

    /// Whether it is nothing, or an array without items.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Nil => true,
            Self::Array(items) => items.is_empty(),
            Self::Int(_) | Self::Bytes(_) => false,
        }
    }
}

impl<'de> Deserialize<'de> for Reply {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReplyVisitor::<Self>(PhantomData))
    }
}

/// A reply out of JSON whose strings stand as they are.
pub(crate) struct Plain(pub(crate) Reply);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReplyVisitor::<Self>(PhantomData)).map(Self)
    }
}

/// How strings stand in JSON.
trait Encoding: Into<Reply> {
    fn string<E: Error>(text: &str) -> Result<Bytes, E>;
}

impl Encoding for Reply {
    fn string<E: Error>(text: &str) -> Result<Bytes, E> {
        if text == "OK" {
            return Ok(Bytes::from_static(b"OK"));
        }
        STANDARD.decode(text).map(Bytes::from).map_err(|e| E::custom(format_args!("not base64: {e}")))
    }
}

impl Encoding for Plain {
    fn string<E: Error>(text: &str) -> Result<Bytes, E> {
        Ok(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl From<Plain> for Reply {
    fn from(Plain(reply): Plain) -> Self {
        reply
    }
}

struct ReplyVisitor<T>(PhantomData<T>);

impl<'de, T: Encoding + Deserialize<'de>> Visitor<'de> for ReplyVisitor<T> {
    type Value = Reply;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("null, an integer, a string or an array")
    }

    fn visit_unit<E: Error>(self) -> Result<Reply, E> {
        Ok(Reply::Nil)
    }

    fn visit_i64<E: Error>(self, n: i64) -> Result<Reply, E> {
        Ok(Reply::Int(n))
    }

    fn visit_u64<E: Error>(self, n: u64) -> Result<Reply, E> {
        i64::try_from(n).map(Reply::Int).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Reply, E> {
        T::string(text).map(Reply::Bytes)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Reply, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element::<T>()? {
            array.push(item.into());
        }
        Ok(Reply::Array(array))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(json: &str) -> Result<Reply, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn strings_are_decoded_and_a_bare_ok_is_kept() {
        assert_eq!(read(r#""YmFy""#).unwrap(), Reply::Bytes("bar".into()));
        assert_eq!(read(r#""""#).unwrap(), Reply::Bytes(Bytes::new()));
        assert_eq!(read(r#""OK""#).unwrap(), Reply::Bytes("OK".into()));
        assert_eq!(read(r#"["T0s=","OK"]"#).unwrap(), Reply::Array(vec![Reply::Bytes("OK".into()); 2]));
    }

    #[test]
    fn nested_arrays_nils_and_numbers_keep_their_places() {
        let reply = read(r#"[["MC0x",["aw==",null]],-1,9223372036854775807,[]]"#).unwrap();
        let text = |t: &str| Reply::Bytes(Bytes::copy_from_slice(t.as_bytes()));
        assert_eq!(
            reply,
            Reply::Array(vec![
                Reply::Array(vec![text("0-1"), Reply::Array(vec![text("k"), Reply::Nil])]),
                Reply::Int(-1),
                Reply::Int(i64::MAX),
                Reply::Array(Vec::new()),
            ])
        );
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        for json in ["true", "1.5", "{}", r#""not base64!""#, r#""YmF""#, "9223372036854775808", "[", ""] {
            assert!(read(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_reply_of_another_shape_says_what_was_wanted() {
        assert_eq!(Reply::Nil.int(), Err(Unexpected("a number")));
        assert_eq!(Reply::Int(-1).count(), Err(Unexpected("a number from 0")));
        assert_eq!(Reply::Int(1).text(), Err(Unexpected("a string")));
        assert_eq!(Reply::Bytes(vec![0xff].into()).text(), Err(Unexpected("a UTF-8 string")));
        assert_eq!(Reply::Int(1).array(), Err(Unexpected("an array")));
        assert_eq!(Reply::Nil.maybe_text(), Ok(None));
    }

    proptest! {
        #[test]
        fn any_bytes_survive_the_encoding(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let json = serde_json::to_string(&STANDARD.encode(&bytes)).unwrap();
            prop_assert_eq!(read(&json).unwrap(), Reply::Bytes(bytes.into()));
        }
    }
}
