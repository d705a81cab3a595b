//! `get_room_messages`.

use domain::payload::{number, room};
use domain::{Code, Error, Result, limits};
use serde::Serialize;
use serde_json::Value;
use store::{Cursor, PageRequest};
use tokio::sync::oneshot;

use super::json::json;
use super::worker::{Answer, Worker};
use crate::room::{Command, Entry, page_json};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    ok: bool,
    /// Messages in the `message_history` that was sent.
    messages: usize,
    /// Newest seq of the room.
    latest_seq: u64,
}

impl Worker {
    /// Answers `message_history`: the newest page, or with `before` the page that ends there. Needs no registration.
    pub(super) async fn on_get_room_messages(&mut self, argument: Option<&Value>) -> Result<Answer> {
        let (id, fields) = room(argument)?;
        let field = |name| fields.map(|fields| number(fields, name)).transpose().map(Option::flatten);
        let before = match field("before")? {
            Some(0) => return Err(Error::new(Code::InvalidCursor, "before must be at least 1").at("before")),
            before => before,
        };
        let limit = field("limit")?.map_or(Ok(limits::PAGE_DEFAULT), usize::try_from);
        let Ok(limit @ 1..=limits::PAGE_MAX) = limit else {
            let sentence = format!("limit must be 1 to {}", limits::PAGE_MAX);
            return Err(Error::new(Code::InvalidCursor, sentence).at("limit"));
        };
        if before.is_none() {
            // A live room answers in its own order: a page read beside it could be older than what was shown already.
            let (done, told) = oneshot::channel();
            let wish = Command::History { socket: self.socket.clone(), limit, done };
            if self.hub.rooms.send(id.as_str(), wish)
                && let Ok(told) = told.await
            {
                let told = told?;
                let told = Told { ok: true, messages: told.count, latest_seq: told.latest_seq };
                return Ok(Answer::One(json(&told)));
            }
        }
        let hub = self.hub.clone();
        let Ok(_turn) = hub.history_reads.acquire().await else { return Err(Error::new(Code::Internal, "No turn")) };
        let cursor = before.map_or(Cursor::Newest, Cursor::Before);
        let page = self.hub.store.page(&id, PageRequest::new(cursor, limit)).await?;
        let entries = Entry::all(&page);
        self.socket.emit("message_history", page_json(&entries).get());
        Ok(Answer::One(json(&Told { ok: true, messages: entries.len(), latest_seq: page.latest_seq })))
    }
}
