use serde_json::json;

use super::*;

const GIF: &str = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
const TIME: &str = "2025-04-25T10:00:00.000Z";

fn old(change: &Value) -> Value {
    let mut message = json!({
        "id": "8f14e45f-ceea-467f-a0e6-1f1e3c0b5a11", "clientId": "c9f0f895-fb98-4b91-b8b5-6d2b1a3f0e22",
        "content": "Hello *you*", "roomId": "AbCdEf0123", "timestamp": "2025-04-25T10:11:12.345Z", "messageType": "text",
        "username": "HappyUnicorn", "avatar": {"text": "H", "color": "danger"}
    });
    for (name, value) in change.as_object().unwrap() {
        message[name] = value.clone();
    }
    message
}

fn taken_of(entry: &[u8]) -> Result<Taken, String> {
    let room = RoomId::parse("AbCdEf0123").unwrap();
    take(Place { room: &room, position: 7, time_before: TIME }, entry)
}

fn taken(change: &Value) -> Result<Taken, String> {
    taken_of(old(change).to_string().as_bytes())
}

#[test]
fn a_text_comes_over_as_it_was() {
    let taken = taken(&json!({})).unwrap();
    assert_eq!(serde_json::to_value(&taken.message).unwrap(), old(&json!({})));
    assert!(taken.images.is_empty() && taken.changes.is_empty());
}

#[test]
fn the_letter_of_a_name_that_begins_with_an_emoji_was_half_of_it() {
    let entry = old(&json!({"avatar": {"text": "?", "color": "danger"}})).to_string().replace("\"?\"", "\"\\ud83d\"");
    let taken = taken_of(entry.as_bytes()).unwrap();
    assert_eq!(taken.message.avatar.unwrap().text, "\u{fffd}");
}

#[test]
fn an_image_leaves_the_content_whatever_it_was_said_to_be() {
    for (content, mime) in [
        (format!("data:image/gif;base64,{GIF}"), None),
        (format!("data:image/png;base64,{GIF}"), None),
        (format!("DATA:image/heic;name=a;base64,{GIF}"), None),
        (GIF.to_owned(), Some("image/webp")),
        (GIF.to_owned(), None),
    ] {
        let mut change = json!({"messageType": "image", "content": content});
        if let Some(mime) = mime {
            change["mimeType"] = mime.into();
        }
        let taken = taken(&change).unwrap();
        let [image] = &*taken.images else { panic!("one image") };
        assert_eq!(taken.message.content, "");
        assert_eq!((taken.message.message_type, taken.message.mime_type), (domain::MessageType::Image, None));
        let shown = image.meta.in_room(&RoomId::parse("AbCdEf0123").unwrap());
        assert_eq!(taken.message.images, [shown]);
        assert_eq!((image.meta.mime_type, image.meta.width, taken.changes.len()), ("image/gif", 1, 0));
    }
}

#[test]
fn pictures_leave_a_text_that_they_stood_in() {
    let picture = format!("![a](data:image/gif;base64,{GIF})");
    let taken = taken(&json!({"content": format!("see {picture} and {picture}")})).unwrap();
    assert_eq!(taken.message.content, "see ![a](image:1) and ![a](image:2)");
    assert_eq!((taken.message.images.len(), taken.images.len(), taken.changes.len()), (2, 1, 0));
}

#[test]
fn what_can_t_be_taken_says_why_and_quotes_nothing() {
    for (change, why) in [
        (json!({"content": ""}), "its content is empty"),
        (json!({"content": null}), "it has no content"),
        (json!({"content": " \u{200b}\n"}), "its content shows nothing"),
        (json!({"content": 42}), "its content is no text"),
        (json!({"content": {"secret": 1}}), "its content is no text"),
        (json!({"content": "secret".repeat(3_000)}), "content must have at most 16000 characters"),
        (
            json!({"messageType": "image", "content": "https://secret.example/"}),
            "The image must be a data: URL or base64",
        ),
        (
            json!({"messageType": "image", "content": "data:image/png;base64,c2VjcmV0"}),
            "The image must be a PNG, JPEG, GIF, WebP or AVIF file",
        ),
        (
            json!({"messageType": "image", "content": format!("data:image/gif;base64,{}", "A".repeat(8 << 20))}),
            "The image is larger than 5 MiB",
        ),
    ] {
        assert_eq!(taken(&change).unwrap_err(), why, "{change:.80}");
    }
    for entry in ["", "secret", "{\"secret\"", "\u{1f600}", "\"secret\"", "[1]", "null"] {
        let why = taken_of(entry.as_bytes()).unwrap_err();
        assert!(why.contains("JSON") && !why.contains("secret"), "{why}");
    }
    assert!(taken_of(b"{\"content\":\"\xff\"}").unwrap_err().starts_with("malformed JSON"));
}

#[test]
fn what_does_not_fit_beside_the_text_is_no_reason_to_lose_it() {
    for (change, kept) in [
        (json!({"username": "x".repeat(51)}), json!({"username": "x".repeat(50)})),
        (json!({"username": 7}), json!({"username": null})),
        (json!({"avatar": "A"}), json!({"avatar": null})),
        (json!({"avatar": {"text": 1}}), json!({"avatar": null})),
        (json!({"messageType": "file"}), json!({"messageType": "text"})),
        (json!({"messageType": 7}), json!({"messageType": "text"})),
        (json!({"timestamp": "now"}), json!({"timestamp": TIME})),
        (json!({"timestamp": null}), json!({"timestamp": TIME})),
        (json!({"content": "a\u{0}b"}), json!({"content": "ab"})),
        (json!({"roomId": "elsewhere0"}), json!({"roomId": "AbCdEf0123"})),
        (json!({"id": "8F14E45F-CEEA-467F-A0E6-1F1E3C0B5A11"}), json!({"id": "8f14e45f-ceea-467f-a0e6-1f1e3c0b5a11"})),
    ] {
        let taken = taken(&change).unwrap();
        assert_eq!(taken.changes.len(), 1, "{change}: {:?}", taken.changes);
        let message = serde_json::to_value(&taken.message).unwrap();
        for (name, value) in kept.as_object().unwrap() {
            assert_eq!(message.get(name).unwrap_or(&Value::Null), value, "{change}");
        }
    }
    let both = taken(&json!({"username": "x".repeat(60), "avatar": []})).unwrap();
    assert_eq!(both.changes.len(), 2);
}

#[test]
fn an_id_that_is_none_becomes_one_that_is_the_same_each_time() {
    let id = |change: Value| taken(&change).unwrap().message.id;
    let first = id(json!({"id": 7}));
    assert_eq!(first, id(json!({"id": 7})));
    assert_ne!(first, id(json!({"id": 8})));
    assert!(uuid::Uuid::try_parse(&first).is_ok());
    let named = taken(&json!({"clientId": "the bot"})).unwrap();
    assert!(named.message.client_id.starts_with("v04-"));
    assert_eq!(named.changes, ["clientId is no id here; one was made from it"]);
}
