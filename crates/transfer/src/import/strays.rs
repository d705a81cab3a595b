//! What v0.4's keys hold beside its rooms.

use std::collections::HashSet;

use domain::json;
use serde_json::Value;
use store::Transport;

use super::Run;
use super::report::{Kind, Observer};
use crate::Error;

impl<T: Transport, O: Observer> Run<'_, T, O> {
    /// Tells of messages whose room is not in `rooms` (v0.4 took them unasked), and of rooms that stand in the list of a client
    /// who did not create them. Members and sockets are of the moment, and nobody misses them.
    pub(super) async fn strays(&mut self, rooms: &HashSet<Vec<u8>>) -> Result<(), Error> {
        let mut told = HashSet::new();
        let mut cursor = 0;
        loop {
            let (next, keys) = self.source.keys_from(cursor).await?;
            for key in keys {
                if let Some(room) = between(&key, b"room:", b":messages")
                    && !rooms.contains(room)
                    && told.insert(key.clone())
                {
                    self.messages_without_room(&key).await?;
                } else if let Some(client) = between(&key, b"user:", b":rooms")
                    && told.insert(key.clone())
                {
                    self.list(&key, client, rooms).await?;
                }
            }
            cursor = next;
            if cursor == 0 {
                return Ok(());
            }
        }
    }

    async fn messages_without_room(&mut self, key: &[u8]) -> Result<(), Error> {
        let why = match self.source.length(key).await? {
            Some(messages) => format!("{messages} messages of a room that does not exist"),
            None => "the key is named like a list of messages and is no list".to_owned(),
        };
        self.find(Kind::Left, &String::from_utf8_lossy(key), None, why);
        Ok(())
    }

    async fn list(&mut self, key: &[u8], client: &[u8], rooms: &HashSet<Vec<u8>>) -> Result<(), Error> {
        let place = String::from_utf8_lossy(key).into_owned();
        let mut cursor = 0;
        loop {
            let Some((next, members)) = self.source.members_from(key, cursor).await? else {
                self.find(Kind::Left, &place, None, "the key is named like a list of rooms and is no set");
                return Ok(());
            };
            for room in members {
                let name = String::from_utf8_lossy(&room).into_owned();
                if !rooms.contains(&room) {
                    self.find(Kind::Left, &place, None, format!("it names the room {name}, which does not exist"));
                    continue;
                }
                let json = self.source.room(&room).await?.unwrap_or_default();
                let room = json::from_slice::<Value>(&json).unwrap_or_default();
                // A room without one was told of before.
                let Some(creator) = room.get("creatorId").and_then(Value::as_str) else { continue };
                if creator.as_bytes() != client {
                    let why = format!("it names the room {name}, which is another client's and in that one's list");
                    self.find(Kind::Left, &place, None, why);
                }
            }
            cursor = next;
            if cursor == 0 {
                return Ok(());
            }
        }
    }
}

fn between<'a>(key: &'a [u8], before: &[u8], after: &[u8]) -> Option<&'a [u8]> {
    key.strip_prefix(before)?.strip_suffix(after)
}
