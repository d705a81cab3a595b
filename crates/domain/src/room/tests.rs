use serde_json::{Map, Value, json};

use super::*;

fn parse(fields: &Value) -> Result<NewRoom> {
    NewRoom::parse(ClientId::parse("me", "clientId").unwrap(), fields.as_object().unwrap())
}

fn refusal(fields: &Value) -> (Code, String, String) {
    let error = parse(fields).unwrap_err();
    (error.code, error.field.unwrap().into_owned(), error.message.into_owned())
}

#[test]
fn name_and_description_are_trimmed_and_cleaned() {
    let room = parse(&json!({"name": "  Tea\u{0} \u{202E}room\n", "description": "\tfirst\nsecond\u{7} "})).unwrap();
    assert_eq!((room.name.as_str(), room.description.as_str()), ("Tea room", "first\nsecond"));
}

#[test]
fn a_room_without_a_description_has_an_empty_one() {
    for fields in [json!({"name": "Tea"}), json!({"name": "Tea", "description": null})] {
        assert_eq!(parse(&fields).unwrap().description, "");
    }
}

#[test]
fn a_room_without_a_visible_name_is_refused_with_the_text_of_v04() {
    for fields in [
        json!({}),
        json!({"name": null}),
        json!({"name": ""}),
        json!({"name": " \u{200B}\n"}),
        json!({"name": "\u{3164}\u{2800}"}),
    ] {
        let text = "Room name and client ID are required";
        assert_eq!(refusal(&fields), (Code::MissingField, "name".to_owned(), text.to_owned()), "{fields}");
    }
}

#[test]
fn wrong_types_and_lengths_are_refused_by_the_name_of_the_field() {
    for (fields, field) in [
        (json!({"name": 5}), "name"),
        (json!({"name": {"toString": 1}}), "name"),
        (json!({"name": "x".repeat(101)}), "name"),
        (json!({"name": "x", "description": ["y"]}), "description"),
        (json!({"name": "x", "description": "y".repeat(501)}), "description"),
    ] {
        let (code, blamed, message) = refusal(&fields);
        assert_eq!((code, blamed.as_str()), (Code::InvalidField, field));
        assert!(message.starts_with(field));
    }
}

#[test]
fn lengths_count_characters_not_bytes() {
    let fields = json!({"name": "茶".repeat(100), "description": "🍵".repeat(500)});
    assert_eq!(parse(&fields).unwrap().name.chars().count(), 100);
}

#[test]
fn other_fields_are_ignored() {
    let fields: Map<String, Value> =
        [("name".into(), "x".into()), ("id".into(), "chosen".into())].into_iter().collect();
    assert_eq!(parse(&Value::Object(fields)).unwrap().name, "x");
}
