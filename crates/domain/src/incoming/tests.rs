mod images;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::Incoming;
use crate::{ClientId, Code, Error, MessageType, Result, RoomId};

fn parse(fields: &Value) -> Result<Incoming> {
    let room = RoomId::parse("abcdefghij").unwrap();
    Incoming::parse(room, ClientId::parse("me", "clientId").unwrap(), fields.as_object().unwrap())
}

/// Code and field of the refusal.
fn refusal(fields: &Value) -> (Code, String) {
    let Error { code, field, .. } = parse(fields).expect_err(&fields.to_string());
    (code, field.expect("a field to blame").into_owned())
}

#[test]
fn a_message_with_everything_is_read() {
    let incoming = parse(&json!({
        "clientId": "ignored here",
        "content": " **hi**\n",
        "messageType": "text",
        "username": "  Ann ",
        "avatar": {"text": "A", "color": "success"},
        "messageId": "0189DCD5-5311-7D40-8DB0-9496A2EEF37B",
        "replyTo": 7,
        "timestamp": "ignored",
    }))
    .unwrap();
    assert_eq!(incoming.inline, []);
    let draft = incoming.draft;
    assert_eq!((draft.room.as_str(), draft.client.as_str()), ("abcdefghij", "me"));
    assert_eq!(draft.content, " **hi**\n");
    assert_eq!(draft.message_type, MessageType::Text);
    assert_eq!(draft.username.as_deref(), Some("Ann"));
    assert_eq!(draft.avatar.map(|a| (a.text, a.color)), Some(("A".to_owned(), "success".to_owned())));
    assert_eq!(draft.id.unwrap().as_str(), "0189dcd5-5311-7d40-8db0-9496a2eef37b");
    assert_eq!(draft.reply_to, Some(7));
}

#[test]
fn null_is_the_same_as_absent() {
    let nulls = json!({
        "content": "hi", "messageType": null, "username": null, "avatar": null, "messageId": null, "replyTo": null,
        "images": null, "mimeType": null,
    });
    assert_eq!(parse(&nulls), parse(&json!({"content": "hi"})));
}

#[test]
fn a_message_without_visible_content_is_refused_with_the_text_of_v04() {
    for fields in [
        json!({}),
        json!({"content": null}),
        json!({"content": ""}),
        json!({"content": " \n\u{200B}\u{0}"}),
        json!({"content": "\u{3164}\u{2800}\u{E0041}"}),
    ] {
        let error = parse(&fields).unwrap_err();
        assert_eq!(error.message, "Client ID, room ID, and message content are required", "{fields}");
        assert_eq!((error.code, error.field.as_deref()), (Code::MissingField, Some("content")), "{fields}");
    }
}

#[test]
fn a_message_without_a_sender_is_refused_with_the_text_of_v04() {
    let sender = |fields: Value| Incoming::sender(fields.as_object().unwrap());
    assert_eq!(sender(json!({"clientId": "me"})).unwrap().as_str(), "me");
    for fields in [json!({}), json!({"clientId": null}), json!({"clientId": ""})] {
        let error = sender(fields).unwrap_err();
        assert_eq!(error.message, "Client ID, room ID, and message content are required");
        assert_eq!((error.code, error.field.as_deref()), (Code::MissingField, Some("clientId")));
    }
    for fields in [json!({"clientId": 5}), json!({"clientId": "a b"})] {
        assert_eq!(sender(fields).unwrap_err().code, Code::InvalidField);
    }
}

#[test]
fn wrong_types_forms_and_lengths_are_refused_by_the_name_of_the_field() {
    let long = "x".repeat(16_001);
    for (field, values) in [
        ("content", vec![json!(5), json!(false), json!({"a": 1}), json!(["a"]), json!(long)]),
        ("messageType", vec![json!(1), json!("video"), json!("Text"), json!("")]),
        ("username", vec![json!(1), json!(["a"]), json!("x".repeat(51))]),
        (
            "avatar",
            vec![json!("A"), json!([]), json!({"text": 1}), json!({"color": {}}), json!({"text": "x".repeat(17)})],
        ),
        ("messageId", vec![json!(1), json!(""), json!("one"), json!("0189dcd5-5311-7d40-8db0-9496a2eef37")]),
        ("replyTo", vec![json!(0), json!(-1), json!(1.5), json!("1"), json!(1u64 << 53), json!(u64::MAX), json!(true)]),
        (
            "images",
            vec![json!("x"), json!({}), json!([1]), json!([null]), json!(["x"]), json!([{"id": 5}]), json!([{}])],
        ),
        ("mimeType", vec![json!(1)]),
    ] {
        for value in values {
            let mut fields = json!({"content": "hi"});
            fields[field] = value;
            assert_eq!(refusal(&fields), (Code::InvalidField, field.to_owned()), "{fields}");
        }
    }
}

#[test]
fn lengths_count_characters_after_cleaning() {
    assert!(parse(&json!({"content": "😀".repeat(16_000)})).is_ok());
    assert!(parse(&json!({"content": "\u{0}x".repeat(16_000)})).is_ok());
    assert!(parse(&json!({"content": "hi", "username": format!(" {} ", "ü".repeat(50))})).is_ok());
}

#[test]
fn control_characters_are_dropped_and_line_breaks_kept() {
    let draft = parse(&json!({
        "content": "a\u{0}b\tc\r\nd\u{1B}[31m\u{85}\u{7F}é",
        "username": "An\u{0}n\n\u{202E}eve\u{2069}",
        "avatar": {"text": "\u{202E}A\n", "color": "no such colour"},
    }))
    .unwrap()
    .draft;
    assert_eq!(draft.content, "ab\tc\r\nd[31mé");
    assert_eq!(draft.username.as_deref(), Some("Ann eve"));
    assert_eq!(draft.avatar.map(|a| (a.text, a.color)), Some(("A".to_owned(), "default".to_owned())));
}

#[test]
fn a_username_and_an_avatar_of_which_nothing_can_be_seen_are_none() {
    for name in ["", "  ", "\u{200B}\u{FEFF}", "\u{0}", "\u{3164}", "\u{2800} \u{FFA0}", "\u{E0041}"] {
        let fields = json!({"content": "hi", "username": name, "avatar": {"text": name, "color": "warning"}});
        let draft = parse(&fields).unwrap().draft;
        assert_eq!(draft.username, None, "{name:?}");
        assert_eq!(draft.avatar.unwrap().text, "", "{name:?}");
    }
}

/// Any JSON, up to three levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "data:image/(png|svg\\+xml|\\*);base64,[A-Za-z0-9+/=]{0,40}".prop_map(Value::from),
        "[0-9a-f]{64}".prop_map(Value::from),
        prop::sample::select(vec!["text", "image", "id"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..12).prop_map(Value::from),
            prop::collection::hash_map("id|text|color|[a-z]{0,4}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

const FIELDS: [&str; 9] =
    ["content", "messageType", "mimeType", "username", "avatar", "messageId", "replyTo", "images", "clientId"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_json_makes_the_parser_panic_and_every_refusal_is_a_4xx_with_a_field(
        values in prop::collection::vec((prop::sample::select(&FIELDS[..]), any_json()), 0..9),
    ) {
        let fields: Map<String, Value> = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let _ = Incoming::sender(&fields);
        match parse(&Value::Object(fields)) {
            Ok(incoming) => {
                prop_assert!(incoming.draft.images.len() <= 9);
                prop_assert!(incoming.inline.iter().all(|image| incoming.draft.images.contains(&image.meta.id)));
                prop_assert!(!incoming.draft.content.contains('\0'));
            }
            Err(error) => {
                prop_assert!((400..500).contains(&error.code.status()));
                prop_assert!(error.field.is_some());
            }
        }
    }

    #[test]
    fn ordinary_text_is_kept_as_it_is(content in "[^\\p{Cc}]{0,200}[a-zé😀]") {
        prop_assert_eq!(parse(&json!({"content": &content})).unwrap().draft.content, content);
    }
}
