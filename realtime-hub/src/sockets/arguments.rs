//! Reading what events carry.

use domain::{Code, Error, MessageId, Result, RoomId};
use serde_json::{Map, Value};

/// v0.4's sentence for an event that needs a registered socket.
pub(super) fn not_registered() -> Error {
    Error::new(Code::NotRegistered, "You are not registered")
}

pub(super) fn malformed() -> Error {
    Error::new(Code::MalformedJson, "The event is not a JSON array with a name")
}

/// The object that an event carries.
pub(super) fn object(argument: Option<&Value>) -> Result<&Map<String, Value>> {
    argument.and_then(Value::as_object).ok_or_else(|| Error::new(Code::MalformedJson, "An object is expected"))
}

/// A room's id: the argument itself, or the field `roomId` of an object, which is given too.
pub(super) fn room(argument: Option<&Value>) -> Result<(RoomId, Option<&Map<String, Value>>)> {
    match argument {
        Some(Value::String(id)) => Ok((room_id(id)?, None)),
        Some(Value::Object(fields)) => match fields.get("roomId") {
            Some(Value::String(id)) => Ok((room_id(id)?, Some(fields))),
            None | Some(Value::Null) => Err(missing_room()),
            Some(_) => Err(Error::invalid("roomId", "must be a string")),
        },
        None | Some(Value::Null) => Err(missing_room()),
        Some(_) => Err(Error::invalid("roomId", "must be a string")),
    }
}

fn room_id(id: &str) -> Result<RoomId> {
    if id.is_empty() { Err(missing_room()) } else { RoomId::parse(id) }
}

fn missing_room() -> Error {
    Error::new(Code::MissingField, "Room ID is required").at("roomId")
}

/// A non-negative integer in `name`, if there is one.
pub(super) fn number(fields: &Map<String, Value>, name: &'static str) -> Result<Option<u64>> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_u64().map(Some).ok_or_else(|| {
            Error::new(Code::InvalidCursor, format!("{name} must be an integer of at least 0")).at(name)
        }),
    }
}

/// A message's id in `name`, if there is one.
pub(super) fn message_id(fields: &Map<String, Value>, name: &'static str) -> Result<Option<MessageId>> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) => MessageId::parse(id, name).map(Some),
        Some(_) => Err(Error::invalid(name, "must be a UUID")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn code(argument: &Value) -> Code {
        room(Some(argument)).unwrap_err().code
    }

    #[test]
    fn a_room_is_named_by_a_string_or_in_an_object() {
        let id = "abcDEF0123";
        assert_eq!(room(Some(&json!(id))).unwrap().0.as_str(), id);
        assert_eq!(room(Some(&json!({"roomId": id, "after": 1}))).unwrap().0.as_str(), id);
    }

    #[test]
    fn anything_else_names_no_room() {
        for argument in [json!(null), json!(""), json!({}), json!({"roomId": null}), json!({"roomId": ""})] {
            assert_eq!(code(&argument), Code::MissingField, "{argument}");
        }
        for argument in [json!(1), json!([]), json!({"roomId": {}}), json!(true)] {
            assert_eq!(code(&argument), Code::InvalidField, "{argument}");
        }
        assert_eq!(code(&json!("no such room")), Code::RoomNotFound);
        assert_eq!(room(None).unwrap_err().code, Code::MissingField);
    }

    #[test]
    fn cursors_are_numbers_of_at_least_zero() {
        let fields = |value: Value| Map::from_iter([("after".to_owned(), value)]);
        assert_eq!(number(&fields(json!(7)), "after").unwrap(), Some(7));
        assert_eq!(number(&fields(json!(null)), "after").unwrap(), None);
        for value in [json!(-1), json!(1.5), json!("7"), json!({})] {
            assert_eq!(number(&fields(value), "after").unwrap_err().code, Code::InvalidCursor);
        }
    }
}
