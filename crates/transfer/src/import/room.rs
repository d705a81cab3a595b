//! An old room as a new one.

use domain::{ClientId, NewRoom, Room, RoomId, json, limits};
use serde_json::{Map, Value};

use super::client::client;

/// A room that fits, and what had to be changed for it.
pub(crate) struct TakenRoom {
    pub(crate) id: RoomId,
    pub(crate) room: Room,
    pub(crate) creator: ClientId,
    /// `createdAt` in Unix time in ms.
    pub(crate) created: u64,
    pub(crate) changes: Vec<String>,
}

/// Reads the room that `rooms` holds under `key`. The key is its id, since v0.4 looks it up by that. `Err`: why it can't be
/// taken.
pub(crate) fn take(key: &[u8], json: &[u8]) -> Result<TakenRoom, &'static str> {
    let id = std::str::from_utf8(key).ok().and_then(|id| RoomId::parse(id).ok());
    let id = id.ok_or("its id is not 10 to 12 letters and digits, so no link could name it")?;
    let Ok(Value::Object(fields)) = json::from_slice(json) else { return Err("malformed JSON") };
    let mut changes = Vec::new();

    if fields.get("id").and_then(Value::as_str) != Some(id.as_str()) {
        changes.push("it gives itself another id; the one that links name was taken".to_owned());
    }
    let creator = client(fields.get("creatorId"), "creatorId", &mut changes);
    let written = fields.get("createdAt").and_then(Value::as_str);
    let created = written.and_then(domain::unix_millis).unwrap_or_else(|| {
        changes.push("createdAt is no time of v0.4's; 1970 was taken".to_owned());
        0
    });
    let name = text(&fields, "name", limits::ROOM_NAME_CHARS, &mut changes);
    let description = text(&fields, "description", limits::ROOM_DESCRIPTION_CHARS, &mut changes);
    let new = NewRoom::new(creator.clone(), &name, &description).or_else(|_| {
        changes.push("its name shows nothing; the id was taken".to_owned());
        NewRoom::new(creator.clone(), id.as_str(), &description)
    });
    let new = new.map_err(|_| "its name and description can't be taken")?;
    let room = Room {
        id: id.to_string(),
        name: new.name,
        description: new.description,
        created_at: domain::timestamp(created),
        creator_id: creator.to_string(),
    };
    Ok(TakenRoom { id, room, creator, created, changes })
}

/// A text of the room, cut to what fits. v0.4 took any name that is not empty, numbers and objects too.
fn text(fields: &Map<String, Value>, name: &'static str, most: usize, changes: &mut Vec<String>) -> String {
    let text = match fields.get(name) {
        None | Some(Value::Null) => return String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => {
            changes.push(format!("{name} is no text; its JSON was taken"));
            other.to_string()
        }
    };
    if text.chars().nth(most).is_none() {
        return text;
    }
    changes.push(format!("{name} is longer than {most} characters and was cut"));
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn old(change: &Value) -> Value {
        let mut room = json!({
            "id": "AbCdEf0123", "name": "Tea", "description": "", "createdAt": "2025-04-25T10:00:00.000Z",
            "creatorId": "8f14e45f-ceea-467f-a0e6-1f1e3c0b5a11"
        });
        for (name, value) in change.as_object().unwrap() {
            room[name] = value.clone();
        }
        room
    }

    fn taken(change: &Value) -> TakenRoom {
        take(b"AbCdEf0123", old(change).to_string().as_bytes()).unwrap()
    }

    #[test]
    fn a_room_comes_over_as_it_was() {
        let taken = taken(&json!({}));
        assert_eq!(serde_json::to_value(&taken.room).unwrap(), old(&json!({})));
        assert_eq!((taken.created, taken.changes.len()), (1_745_575_200_000, 0));
        assert_eq!(taken.creator.as_str(), "8f14e45f-ceea-467f-a0e6-1f1e3c0b5a11");
    }

    #[test]
    fn what_does_not_fit_is_made_to_fit_and_told() {
        let long = "王".repeat(101);
        for (change, name) in [
            (json!({"name": long}), "王".repeat(100)),
            (json!({"name": {"a": 1}}), "{\"a\":1}".to_owned()),
            (json!({"name": "\u{200b}"}), "AbCdEf0123".to_owned()),
            (json!({"description": "x".repeat(501)}), "Tea".to_owned()),
            (json!({"createdAt": "yesterday"}), "Tea".to_owned()),
            (json!({"creatorId": "a b"}), "Tea".to_owned()),
            (json!({"id": "another000"}), "Tea".to_owned()),
        ] {
            let taken = taken(&change);
            assert_eq!((taken.room.name, taken.changes.len()), (name, 1), "{change}");
        }
    }

    #[test]
    fn a_room_that_no_link_could_name_and_one_that_can_t_be_read_stay_behind() {
        let room = old(&json!({})).to_string();
        for key in ["short", "with space", "AbCdEf01234567", "AbCdEf012é"] {
            assert!(take(key.as_bytes(), room.as_bytes()).is_err(), "{key}");
        }
        for json in ["", "[]", "{", "null"] {
            assert!(take(b"AbCdEf0123", json.as_bytes()).is_err(), "{json}");
        }
    }
}
