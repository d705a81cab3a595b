//! `send_message`: the one way to append.

use std::time::Instant;

use domain::payload::{object, room};
use domain::{Incoming, Result};
use serde::Serialize;
use serde_json::Value;
use store::{Image, RawJson};

use super::json::json;
use super::worker::{Answer, Worker};
use crate::room::Command;
use crate::unix_millis;

#[derive(Serialize)]
struct Sent<'a> {
    ok: bool,
    message: &'a RawJson,
}

impl Worker {
    /// Stores the message; the members see it when the event stream brings it back. Whoever knows a room's id may write
    /// there, as in v0.4, but the room must exist.
    pub(super) async fn on_send_message(&mut self, argument: Option<&Value>) -> Result<Answer> {
        let sent = Some(Instant::now());
        let client = self.registered()?;
        let now = unix_millis();
        self.hub.limiter.message(&client, self.address, now)?;
        let fields = object(argument)?;
        let (room, _) = room(argument)?;
        let incoming = Incoming::parse(room.clone(), client, fields)?;
        for image in incoming.inline {
            self.hub.limiter.upload(self.address, image.data.len() as u64, now)?;
            let image = Image { meta: image.meta.in_room(&room), data: image.data.into() };
            self.hub.store.put_image(&room, &image).await?;
        }
        #[cfg(feature = "mutations")]
        if store::mutation::is("deliver-before-store") {
            self.show_early(&incoming.draft);
        }
        let appended = self.hub.store.append(&incoming.draft, now).await?;
        let seq = appended.message.seq;
        self.hub.rooms.heard(room.as_str(), seq);
        self.hub.rooms.send(room.as_str(), Command::Heard { seq, sent });
        Ok(Answer::One(json(&Sent { ok: true, message: &appended.json })))
    }
}
