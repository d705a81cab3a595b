use serde_json::{Value, json};

use super::{ImageRef, Message, MessageType};
use crate::Avatar;

fn message() -> Message {
    Message {
        id: "0189dcd5-5311-7d40-8db0-9496a2eef37b".to_owned(),
        client_id: "me".to_owned(),
        content: "hi".to_owned(),
        room_id: "abcdefghij".to_owned(),
        timestamp: "2026-11-24T08:15:50.189Z".to_owned(),
        message_type: MessageType::Text,
        username: None,
        avatar: None,
        mime_type: None,
        images: Vec::new(),
        reply_to: None,
        edited_at: None,
        seq: 0,
    }
}

#[test]
fn keys_are_in_the_order_of_v04_and_absent_fields_are_left_out() {
    assert_eq!(
        serde_json::to_string(&message()).unwrap(),
        "{\"id\":\"0189dcd5-5311-7d40-8db0-9496a2eef37b\",\"clientId\":\"me\",\"content\":\"hi\",\"roomId\":\"abcdefghij\",\
         \"timestamp\":\"2026-11-24T08:15:50.189Z\",\"messageType\":\"text\"}"
    );
}

#[test]
fn new_fields_come_after_those_of_v04() {
    let full = Message {
        username: Some("Ann".to_owned()),
        avatar: Some(Avatar { text: "A".to_owned(), color: "success".to_owned() }),
        mime_type: Some("image/webp".to_owned()),
        images: vec![ImageRef {
            id: "0".to_owned(),
            url: "/api".to_owned(),
            mime_type: "image/png".to_owned(),
            width: 1,
            height: 2,
            bytes: 3,
        }],
        reply_to: Some(4),
        edited_at: Some("2026-11-24T08:15:50.189Z".to_owned()),
        seq: 5,
        ..message()
    };
    let text = serde_json::to_string(&full).unwrap();
    let places: Vec<_> = [
        "messageType",
        "username",
        "avatar",
        "\"mimeType\":\"image/webp\"",
        "images",
        "replyTo",
        "editedAt",
        "\"seq\":5}",
    ]
    .iter()
    .map(|key| text.find(key).unwrap_or_else(|| panic!("{key} in {text}")))
    .collect();
    assert!(places.is_sorted(), "{text}");
    assert_eq!(serde_json::from_str::<Message>(&text).unwrap(), full);
}

#[test]
fn the_stored_form_becomes_the_readers_form_when_its_seq_is_added_at_the_end() {
    let stored = serde_json::to_string(&message()).unwrap();
    let read = format!("{},\"seq\":7}}", stored.strip_suffix('}').unwrap());
    assert_eq!(serde_json::from_str::<Message>(&read).unwrap(), Message { seq: 7, ..message() });
}

#[test]
fn fields_of_later_versions_do_not_hinder_reading() {
    let mut json: Value = serde_json::to_value(message()).unwrap();
    json["reactions"] = json!({"👍": 2});
    assert_eq!(serde_json::from_value::<Message>(json).unwrap(), message());
}
