//! `get_rooms`, `create_room`, `get_room_by_id`.

use domain::payload::{object, room};
use domain::{Code, Error, NewRoom, Result, Room};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::json::json;
use super::worker::{Answer, Worker, done};
use crate::{new_rooms, unix_millis};

#[derive(Serialize)]
struct Created<'a> {
    ok: bool,
    room: &'a Room,
}

impl Worker {
    /// Answers `room_list`.
    pub(super) async fn on_get_rooms(&mut self) -> Result<Answer> {
        let client = self.registered()?;
        let rooms = self.hub.store.rooms_of(&client).await?;
        self.socket.emit("room_list", json(&rooms).get());
        Ok(Answer::One(done()))
    }

    /// v0.4's order: stored, `new_room` to all sockets of the creator, then the ack. Its first argument is the bare id, as
    /// in v0.4; the second is the result with the whole room.
    pub(super) async fn on_create_room(&mut self, argument: Option<&Value>) -> Result<Answer> {
        const V04: &str = "You are not registered or room name is required";
        let client = self.registered().map_err(|e| Error::new(e.code, V04))?;
        let new = NewRoom::parse(client, object(argument)?).map_err(|e| match e.code {
            Code::MissingField => Error { message: V04.into(), ..e },
            _ => e,
        })?;
        let now = unix_millis();
        self.hub.limiter.room(self.address, now)?;
        let room = self.hub.store.create_room(&new, now).await?;
        new_rooms::created(&self.hub, &room).await;
        Ok(Answer::Two(json(&room.id), json(&Created { ok: true, room: &room })))
    }

    /// v0.4's ack is the room or null; the second argument tells null for "unknown" from null for "can't be told".
    pub(super) async fn on_get_room_by_id(&mut self, argument: Option<&Value>) -> Result<Answer> {
        let found = match room(argument) {
            Ok((id, _)) => self.hub.store.room(&id).await?,
            Err(error) if error.code == Code::RoomNotFound => None,
            Err(error) => return Err(error),
        };
        Ok(match found {
            Some(room) => Answer::Two(json(&room), json(&Created { ok: true, room: &room })),
            None => Answer::Two(RawValue::NULL.to_owned(), super::worker::failed(&Error::room_not_found())),
        })
    }
}
