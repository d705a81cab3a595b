//! What the new store has of a room.

use std::collections::VecDeque;

use domain::{Message, RoomId, limits};
use store::{Progress, Store, Transport};

use crate::Error;

/// The messages of a room's log, one after another.
pub(crate) struct Kept<'a, T> {
    store: &'a Store<T>,
    room: &'a RoomId,
    at: Progress,
    page: VecDeque<Message>,
    /// What lies before this seq is no longer kept.
    begins: u64,
    /// Seq that the next page begins with, if there is one.
    next: Option<u64>,
}

/// What stands at a seq.
pub(crate) enum Found {
    /// This message.
    Message(Box<Message>),
    /// The log begins after it: it was trimmed.
    Trimmed,
    /// Nothing, or nothing that is a message.
    Nothing,
}

impl<'a, T: Transport> Kept<'a, T> {
    pub(crate) fn new(store: &'a Store<T>, room: &'a RoomId, at: Progress) -> Self {
        Self { store, room, at, page: VecDeque::new(), begins: 0, next: Some(2) }
    }

    /// What stands at `seq`, which is larger than at the call before.
    pub(crate) async fn at(&mut self, seq: u64) -> Result<Found, Error> {
        while let Some(from) = self.next.filter(|next| *next <= seq) {
            let page = self.store.imported_page(self.room, &self.at, from, limits::PAGE_MAX).await?;
            // A log is trimmed at its beginning only.
            if let Some(first) = page.first_seq.filter(|first| *first > from) {
                self.begins = first;
            }
            self.next = page.has_after.then_some(page.next_after + 1);
            self.page = page.messages.into();
        }
        if seq < self.begins {
            return Ok(Found::Trimmed);
        }
        while self.page.front().is_some_and(|message| message.seq < seq) {
            self.page.pop_front();
        }
        let found = self.page.pop_front_if(|message| message.seq == seq);
        Ok(found.map_or(Found::Nothing, |message| Found::Message(message.into())))
    }
}
