//! Reading what the events of a socket carry.

use serde_json::{Map, Value};

use crate::{ClientId, Code, Error, MessageId, Result, RoomId, json};

/// `["event", …]` as name and arguments; `None` when it is not JSON, or not an array that starts with a name.
pub fn event(text: &str) -> Option<(String, Vec<Value>)> {
    let mut items = json::from_slice::<Vec<Value>>(text.as_bytes()).ok()?.into_iter();
    match items.next()? {
        Value::String(name) => Some((name, items.collect())),
        _ => None,
    }
}

/// The object that an event carries.
pub fn object(argument: Option<&Value>) -> Result<&Map<String, Value>> {
    argument.and_then(Value::as_object).ok_or_else(|| Error::new(Code::MalformedJson, "An object is expected"))
}

/// What a client says that it is. Without an id it wants a new one.
#[derive(Default)]
pub struct Wish {
    /// The id.
    pub client: Option<ClientId>,
    /// What proves it.
    pub token: Option<String>,
}

/// The argument of `register`: an id, `{clientId, token}`, or nothing.
pub fn registration(argument: Option<&Value>) -> Result<Wish> {
    match argument {
        None | Some(Value::Null) => Ok(Wish::default()),
        Some(Value::String(id)) if id.is_empty() => Ok(Wish::default()),
        Some(Value::String(id)) => Ok(Wish { client: Some(ClientId::parse(id, "clientId")?), token: None }),
        Some(object @ Value::Object(_)) => Ok(handshake(object)?.unwrap_or_default()),
        Some(_) => Err(Error::invalid("clientId", "must be a string")),
    }
}

/// The `auth` of a handshake, `{clientId, token}`; `None` when there is no `clientId` in it.
pub fn handshake(auth: &Value) -> Result<Option<Wish>> {
    let text = |name: &'static str| match auth.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(Error::invalid(name, "must be a string")),
    };
    let Some(id) = text("clientId")?.filter(|id| !id.is_empty()) else { return Ok(None) };
    Ok(Some(Wish { client: Some(ClientId::parse(id, "clientId")?), token: text("token")?.map(str::to_owned) }))
}

/// A room's id: the argument itself, or the field `roomId` of an object, which is given too.
pub fn room(argument: Option<&Value>) -> Result<(RoomId, Option<&Map<String, Value>>)> {
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
pub fn number(fields: &Map<String, Value>, name: &'static str) -> Result<Option<u64>> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_u64().map(Some).ok_or_else(|| {
            Error::new(Code::InvalidCursor, format!("{name} must be an integer of at least 0")).at(name)
        }),
    }
}

/// A message's id in `name`, if there is one.
pub fn message_id(fields: &Map<String, Value>, name: &'static str) -> Result<Option<MessageId>> {
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

    #[test]
    fn an_event_is_a_name_and_arguments() {
        assert_eq!(event(r#"["a",1,null]"#), Some(("a".to_owned(), vec![1.into(), Value::Null])));
        assert_eq!(event(r#"["a"]"#), Some(("a".to_owned(), vec![])));
    }

    #[test]
    fn anything_else_is_no_event() {
        for text in ["", "[]", "{}", "[1]", r#"["a",{]"#] {
            assert_eq!(event(text), None, "{text}");
        }
    }

    #[test]
    fn a_client_is_named_by_a_string_or_in_an_object() {
        let id = |value: &Value| registration(Some(value)).ok().and_then(|wish| wish.client).map(|c| c.to_string());
        assert_eq!(id(&json!("me")).as_deref(), Some("me"));
        assert_eq!(id(&json!({"clientId": "me", "token": "t"})).as_deref(), Some("me"));
        for nobody in [json!(""), json!(null), json!({}), json!({"clientId": null})] {
            assert!(registration(Some(&nobody)).is_ok_and(|wish| wish.client.is_none()), "{nobody}");
        }
        assert!(registration(None).is_ok_and(|wish| wish.client.is_none()));
    }

    #[test]
    fn whatever_else_names_no_client() {
        for value in [json!(1), json!([]), json!({"clientId": 1}), json!({"clientId": "a b"}), json!("a b")] {
            assert_eq!(registration(Some(&value)).err().unwrap().code, Code::InvalidField, "{value}");
        }
        assert!(registration(Some(&json!({"clientId": "a", "token": 1}))).is_err());
    }

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
