//! A deliberate fault: what v0.4 did.

use domain::{Draft, Message};
use serde_json::value::RawValue;

use super::worker::Worker;
use crate::room::{Command, Entry};
use crate::unix_millis;

impl Worker {
    /// Shows the message to the members as if it were stored already, at the seq that it will most likely get.
    pub(super) fn show_early(&self, draft: &Draft) {
        let Some(id) = &draft.id else { return };
        let seq = self.hub.rooms.newest_heard(&draft.room).max(1) + 1;
        let message = Message {
            id: id.to_string(),
            client_id: draft.client.to_string(),
            content: draft.content.clone(),
            room_id: draft.room.to_string(),
            timestamp: domain::timestamp(unix_millis()),
            message_type: draft.message_type,
            username: draft.username.clone(),
            avatar: draft.avatar.clone(),
            mime_type: None,
            images: Vec::new(),
            reply_to: draft.reply_to,
            edited_at: None,
            seq,
        };
        let json = serde_json::to_string(&message).and_then(RawValue::from_string);
        if let Ok(json) = json {
            let entry = Entry { seq, id: id.to_string(), json: json.into(), arrived: None };
            self.hub.rooms.send(draft.room.as_str(), Command::Message(entry, None));
        }
    }
}
