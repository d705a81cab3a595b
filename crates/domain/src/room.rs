//! Rooms.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{ClientId, Code, Error, Result, fields, limits, text};

/// A room, in the key order of the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Room {
    /// 10 characters of 0-9A-Za-z.
    pub id: String,
    /// 1 to 100 characters.
    pub name: String,
    /// At most 500 characters; empty when there is none.
    pub description: String,
    /// ISO 8601, UTC, milliseconds and Z.
    pub created_at: String,
    /// The client that created the room.
    pub creator_id: String,
}

/// A checked wish for a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRoom {
    /// Who creates it.
    pub creator: ClientId,
    /// Trimmed, not empty.
    pub name: String,
    /// Trimmed.
    pub description: String,
}

impl NewRoom {
    /// Checks the fields of a room: `name` and `description`. `null` is the same as absent; other fields are ignored.
    ///
    /// A name that shows nothing is refused as missing (400, v0.4's text).
    pub fn parse(creator: ClientId, fields: &Map<String, Value>) -> Result<Self> {
        let name = fields::text(fields, "name")?.unwrap_or_default();
        let description = fields::text(fields, "description")?.unwrap_or_default();
        Self::new(creator, name, description)
    }

    /// Checks name and description, trimmed and without control characters, against the limits.
    pub fn new(creator: ClientId, name: &str, description: &str) -> Result<Self> {
        let name = text::clean_line(name);
        if text::is_blank(&name) {
            return Err(Error::new(Code::MissingField, "Room name and client ID are required").at("name"));
        }
        let name = fields::at_most(name, limits::ROOM_NAME_CHARS, "name")?;
        let description = text::clean(description).trim().to_owned();
        let description = fields::at_most(description, limits::ROOM_DESCRIPTION_CHARS, "description")?;
        Ok(Self { creator, name, description })
    }
}

#[cfg(test)]
mod tests;
