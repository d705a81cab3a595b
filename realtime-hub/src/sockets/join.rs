//! `join_room` and `leave_room`.

use domain::payload::{message_id, number, room};
use domain::{Code, Error, Result};
use serde_json::Value;
use tokio::sync::oneshot;

use super::json::Ack;
use super::worker::{Answer, Worker, done, failed, not_registered};
use crate::room::{Command, Join};

impl Worker {
    /// v0.4's order: the old room is left, whatever comes of the new one. A socket that names the room that it is in, with
    /// a cursor, just resumes there.
    pub(super) async fn on_join_room(&mut self, argument: Option<&Value>, ack: &Ack) -> Result<Answer> {
        let client = self.registered()?;
        let wanted = room(argument);
        let resumes = matches!(&wanted, Ok((id, Some(_))) if self.room.as_ref() == Some(id));
        if !resumes {
            self.leave_room().await;
        }
        let (id, fields) = wanted?;
        let after = match fields {
            None => None,
            Some(fields) => {
                number(fields, "after")?.map(|after| message_id(fields, "afterId").map(|id| (after, id))).transpose()?
            }
        };
        let (reply, joined) = oneshot::channel();
        let trace = traces::current();
        let join = Join { socket: self.socket.clone(), client, after, ack: ack.clone(), trace, done: reply };
        self.hub.rooms.join(&self.hub, &id, join);
        match joined.await {
            Ok(Ok(())) => {
                self.room = Some(id);
                Ok(Answer::Given)
            }
            Ok(Err(error)) => Err(error),
            Err(_) => Err(Error::new(Code::Internal, "The room could not be joined")),
        }
    }

    /// v0.4 ignored this from unregistered sockets, and let anybody fake the leaving of rooms that he was not in.
    pub(super) async fn on_leave_room(&mut self, argument: Option<&Value>) -> Result<Answer> {
        if self.client.is_none() {
            return Ok(Answer::One(failed(&not_registered())));
        }
        let (id, _) = room(argument)?;
        if self.room.as_ref() == Some(&id) {
            self.leave_room().await;
        }
        Ok(Answer::One(done()))
    }

    /// Leaves the room that the socket is in, if any; the others were told when this returns.
    pub(super) async fn leave_room(&mut self) {
        let Some(room) = self.room.take() else { return };
        let (done, told) = oneshot::channel();
        let leave = Command::Leave { socket: self.socket.number(), done };
        if self.hub.rooms.send(room.as_str(), leave) {
            // No answer means that the room is closed, and then nobody is in it.
            let _ = told.await;
        }
    }
}
