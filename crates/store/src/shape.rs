//! Whether a stored text is a message, found out without taking it apart.

use std::fmt;

use domain::{Avatar, ImageRef, MessageType};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// Whether `json` reads as a [`domain::Message`] once its seq is put in.
pub(crate) fn is_message(json: &str) -> bool {
    serde_json::from_str::<Shape>(json).is_ok()
}

/// The fields of [`domain::Message`] in its stored form, their texts passed over.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only that they can be read counts")]
struct Shape {
    id: Text,
    client_id: Text,
    content: Text,
    room_id: Text,
    timestamp: Text,
    message_type: MessageType,
    username: Option<Text>,
    avatar: Option<Avatar>,
    mime_type: Option<Text>,
    #[serde(default)]
    images: Vec<ImageRef>,
    reply_to: Option<u64>,
    edited_at: Option<Text>,
    #[serde(default)]
    seq: Never,
}

/// A string.
struct Text;

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Self)
    }
}

impl Visitor<'_> for Text {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }
}

/// A field that is not there: the entry's id gives the seq, and two of them are not JSON that everybody reads alike.
#[derive(Default)]
struct Never;

impl<'de> Deserialize<'de> for Never {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("stands in the entry's id"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::with_seq;

    const ALL: &str = r#"{"id":"m","clientId":"c","content":"a\n\"b\" \u00e9 \ud83d\ude00","roomId":"r","timestamp":"t","messageType":"image","username":"u","avatar":{"text":"A","color":"red"},"mimeType":"image/png","images":[{"id":"i","url":"/i","mimeType":"image/png","width":1,"height":2,"bytes":3}],"replyTo":7,"editedAt":"t","later":{"x":[1,null]}}"#;

    fn agree(json: &str) -> bool {
        let message = is_message(json) && json.ends_with('}');
        assert_eq!(message, with_seq(json, 5).is_some(), "{json}");
        message
    }

    #[test]
    fn it_is_what_a_message_is_read_from() {
        assert!(agree(ALL));
        assert!(agree(r#"{"id":"","clientId":"","content":"","roomId":"","timestamp":"","messageType":"text"}"#));
        assert!(!agree(""));
        assert!(!agree("{}"));
        assert!(!agree(&format!("{ALL} ")));
        assert!(!agree(&ALL.replace("\"later\"", "\"seq\"")));
        assert!(!agree(&ALL.replace("{\"x\":[1,null]}", "5,\"seq\":5")));
    }

    #[test]
    fn without_a_field_or_with_another_type_in_it_neither_reads_it() {
        let fields: serde_json::Map<_, _> = serde_json::from_str(ALL).unwrap();
        for name in fields.keys() {
            let mut fewer = fields.clone();
            fewer.remove(name);
            agree(&serde_json::to_string(&fewer).unwrap());
            for other in ["null", "1", "-1", "\"x\"", "[]", "{}", "[1]", "{\"x\":1}"] {
                let mut changed = fields.clone();
                changed.insert(name.clone(), serde_json::from_str(other).unwrap());
                agree(&serde_json::to_string(&changed).unwrap());
            }
        }
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_judged_alike() {
        for at in 0..ALL.len() {
            agree(&ALL[..at]);
            for byte in ['"', '\\', '{', '}', ',', ' ', '\n', '0'] {
                agree(&format!("{}{byte}{}", &ALL[..at], &ALL[at + 1..]));
            }
        }
    }
}
