//! Bringing the rooms of RoomTalk v0.4 in.
//!
//! Each room is read from the beginning, in pages, and made again: what is there already is compared, what is not is appended.
//! So a second run writes nothing and says whether all is the same, and a run that was cut off anywhere is taken up by
//! starting it again. How far a room came is kept in the new store, in one small key beside the room
//! (`room:{ID}:imported`), and changes in the script that appends. A room is seen by nobody until all of it is there, and
//! nothing is published: a hub that is live learns of a room when somebody opens it.

mod client;
mod embedded;
mod kept;
mod message;
mod messages;
mod report;
mod room;
mod source;
mod strays;

use std::collections::HashSet;

use domain::limits;
use store::{Begun, Store, Transport};

use crate::Error;
use messages::Messages;
use room::TakenRoom;
use source::list_of;

pub use report::{Count, Finding, Kind, Observer, Report};
pub use source::Source;

/// How an import runs.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Messages that the new store keeps per room: of a longer room the newest are taken.
    pub history: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { history: limits::HISTORY }
    }
}

/// Whether hubs are live on the new store; also the first look at it. An error when it is the old store itself.
pub async fn hubs_are_live<T: Transport>(store: &Store<T>) -> Result<bool, Error> {
    match store.status().await {
        Ok((_, live)) => Ok(live),
        // v0.4's `rooms` is a hash; here it is a sorted set.
        Err(store::Error::Unavailable(text)) if text.contains("WRONGTYPE") => Err(Error::SameStore),
        Err(error) => Err(error.into()),
    }
}

/// Brings all rooms of `source` into `store`. Whatever does not come over as it was is told to `observer`.
///
/// Memory holds one page of the old store, one batch for the new one, and the ids of the rooms. An error leaves what was done;
/// starting again goes on from there.
pub async fn import<T: Transport>(
    source: &Source,
    store: &Store<T>,
    options: Options,
    observer: &mut impl Observer,
) -> Result<Report, Error> {
    let rooms = source.rooms().await?;
    hubs_are_live(store).await?;
    store.claim_layout().await?;
    let mut run = Run { source, store, options, observer, report: Report::default() };
    let messages = run.count_messages().await?;
    run.observer.begin(rooms, messages);

    let mut seen = HashSet::new();
    let mut cursor = 0;
    loop {
        let (next, found) = source.rooms_from(cursor).await?;
        for (key, json) in found {
            if seen.insert(key.clone()) {
                run.room(&key, &json).await?;
            }
        }
        cursor = next;
        if cursor == 0 {
            break;
        }
    }
    run.strays(&seen).await?;
    Ok(run.report)
}

/// An import at work.
pub(crate) struct Run<'a, T, O> {
    source: &'a Source,
    store: &'a Store<T>,
    options: Options,
    observer: &'a mut O,
    report: Report,
}

impl<T: Transport, O: Observer> Run<'_, T, O> {
    async fn count_messages(&self) -> Result<u64, Error> {
        let (mut messages, mut cursor) = (0, 0);
        loop {
            let (next, found) = self.source.rooms_from(cursor).await?;
            for (key, _) in found {
                let list = list_of(&String::from_utf8_lossy(&key));
                messages += self.source.length(&list).await?.unwrap_or(0);
            }
            cursor = next;
            if cursor == 0 {
                return Ok(messages);
            }
        }
    }

    fn find(&mut self, kind: Kind, place: &str, position: Option<u64>, reason: impl Into<String>) {
        match kind {
            Kind::Left => self.report.left += 1,
            Kind::Changed => self.report.changed += 1,
            Kind::Differs => self.report.differs += 1,
        }
        self.observer.finding(&Finding { kind, place: place.to_owned(), position, reason: reason.into() });
    }

    async fn room(&mut self, key: &[u8], json: &[u8]) -> Result<(), Error> {
        let name = String::from_utf8_lossy(key).into_owned();
        let length = self.source.length(&list_of(&name)).await?;
        let Some(total) = length else {
            self.find(Kind::Left, &name, None, "its messages are no list");
            return Ok(());
        };
        let taken = match room::take(key, json) {
            Ok(taken) => taken,
            Err(why) => {
                self.find(Kind::Left, &name, None, format!("{why}; {total} messages with it"));
                self.observer.advance(total);
                return Ok(());
            }
        };
        for change in &taken.changes {
            self.find(Kind::Changed, &name, None, change);
        }
        let start = total.saturating_sub(self.options.history);
        let progress = match self.store.import_begin(&taken.id, &taken.room, start).await? {
            Begun::At(progress) => progress,
            Begun::Taken => {
                let why = format!("the new store has another room with this id; {total} messages with it");
                self.find(Kind::Left, &name, None, why);
                self.observer.advance(total);
                return Ok(());
            }
        };
        if progress.start > 0 {
            let (left, kept) = (progress.start, self.options.history);
            let why = format!("messages 0 to {}: older than the {kept} that a room keeps", left - 1);
            self.find(Kind::Left, &name, None, why);
            self.observer.advance(left);
        }
        if progress.open {
            self.compare_room(&taken).await?;
            self.report.rooms.there += 1;
        }
        let progress = Messages::new(self, &taken, progress).bring(total).await?;
        if !progress.open {
            self.store.import_open(&taken.id, &taken.room, &taken.creator, taken.created).await?;
            self.report.rooms.taken += 1;
        }
        Ok(())
    }

    /// Compares a room that everybody sees with the old one.
    async fn compare_room(&mut self, taken: &TakenRoom) -> Result<(), Error> {
        let name = taken.id.to_string();
        if self.store.room(&taken.id).await?.as_ref() != Some(&taken.room) {
            self.find(Kind::Differs, &name, None, "its name, description, creator or time of creation");
        }
        if !self.store.is_listed(&taken.id, &taken.creator, taken.created).await? {
            self.find(Kind::Differs, &name, None, "its place in its creator's list or in the list of all rooms");
        }
        Ok(())
    }
}
