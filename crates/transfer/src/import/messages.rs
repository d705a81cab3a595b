//! The messages of one room.

use domain::{InlineImage, Message};
use store::{Image, Imported, Progress, Transport};

use super::Run;
use super::kept::{Found, Kept};
use super::message::{self, Place, Taken};
use super::report::{Kind, Observer};
use super::room::TakenRoom;
use super::source::{Pages, list_of};
use crate::Error;

/// Most messages that are appended at once.
const BATCH_MESSAGES: usize = 100;
/// A batch of so many bytes of text is full.
const BATCH_BYTES: usize = 256 * 1024;

/// The messages of one room on their way.
pub(crate) struct Messages<'a, 'b, T, O> {
    run: &'a mut Run<'b, T, O>,
    room: &'a TakenRoom,
    /// What is in the new store.
    progress: Progress,
    /// What was there when the run began.
    before: Progress,
    /// Seq that the next message has or gets.
    seq: u64,
    /// The time of the message before.
    time: String,
    batch: Batch,
    /// The new room goes on with messages of its own.
    used: bool,
}

/// Messages that are to be appended, with their positions.
#[derive(Default)]
struct Batch {
    messages: Vec<Message>,
    positions: Vec<u64>,
    bytes: usize,
}

impl<'a, 'b, T: Transport, O: Observer> Messages<'a, 'b, T, O> {
    pub(crate) fn new(run: &'a mut Run<'b, T, O>, room: &'a TakenRoom, progress: Progress) -> Self {
        let time = room.room.created_at.clone();
        Self { run, room, progress, before: progress, seq: 2, time, batch: Batch::default(), used: false }
    }

    /// Brings all messages up to position `total`, and compares those that are there.
    pub(crate) async fn bring(mut self, total: u64) -> Result<Progress, Error> {
        let name = self.room.id.to_string();
        let (source, store, room) = (self.run.source, self.run.store, self.room);
        let mut kept = Kept::new(store, &room.id, self.before);
        let mut pages = Pages::new(source, list_of(&name), self.before.start, total);
        let mut position = self.before.start;
        loop {
            let page = pages.next().await?;
            if page.is_empty() {
                break;
            }
            for entry in page {
                let place = Place { room: &room.id, position, time_before: &self.time };
                match message::take(place, &entry) {
                    Ok(taken) => {
                        drop(entry);
                        self.message(taken, position, &mut kept).await?;
                    }
                    Err(why) => self.run.find(Kind::Left, &name, Some(position), why),
                }
                position += 1;
                self.run.observer.advance(1);
            }
        }
        if position < self.before.position {
            let missing = self.before.position - position;
            self.run.find(
                Kind::Differs,
                &name,
                None,
                format!("the old room lost {missing} messages since they were taken"),
            );
        }
        self.flush(position).await?;
        Ok(self.progress)
    }

    async fn message(&mut self, taken: Taken, position: u64, kept: &mut Kept<'_, T>) -> Result<(), Error> {
        let name = self.room.id.to_string();
        let Taken { message, images, changes } = taken;
        self.time.clone_from(&message.timestamp);
        if self.used {
            self.refuse(position);
            return Ok(());
        }
        for change in changes {
            self.run.find(Kind::Changed, &name, Some(position), change);
        }
        let seq = self.seq;
        self.seq += 1;
        if position < self.before.position {
            return self.compare(Message { seq, ..message }, &images, position, kept).await;
        }
        for image in images {
            let image = Image { meta: image.meta.in_room(&self.room.id), data: image.data.into() };
            self.run.store.import_image(&self.room.id, &self.progress, &image).await?;
        }
        self.batch.bytes += message.content.len();
        self.batch.messages.push(message);
        self.batch.positions.push(position);
        if self.batch.messages.len() >= BATCH_MESSAGES || self.batch.bytes >= BATCH_BYTES {
            self.flush(position + 1).await?;
        }
        Ok(())
    }

    /// Appends the batch; `position` is the old room's next.
    async fn flush(&mut self, position: u64) -> Result<(), Error> {
        let Batch { messages, positions, .. } = std::mem::take(&mut self.batch);
        if self.used || (messages.is_empty() && position <= self.progress.position) {
            return Ok(());
        }
        match self.run.store.import_messages(&self.room.id, &self.progress, &messages, position).await? {
            Imported::Stored(progress) => {
                self.progress = progress;
                self.run.report.messages.taken += count(messages.len());
                self.run.report.images.taken += count(messages.iter().map(|message| message.images.len()).sum());
            }
            Imported::Used => {
                self.used = true;
                for position in positions {
                    self.refuse(position);
                }
            }
        }
        Ok(())
    }

    fn refuse(&mut self, position: u64) {
        let why = "it came to the old room after the new one was in use; it would stand behind what was written there";
        self.run.find(Kind::Left, self.room.id.as_str(), Some(position), why);
    }

    /// Compares a message, and the bytes of its images, with what the new store has.
    async fn compare(
        &mut self,
        message: Message,
        images: &[InlineImage],
        position: u64,
        kept: &mut Kept<'_, T>,
    ) -> Result<(), Error> {
        let same = match kept.at(message.seq).await? {
            Found::Message(kept) => *kept == message,
            Found::Nothing => false,
            Found::Trimmed => {
                self.run.report.not_compared += 1;
                return Ok(());
            }
        };
        if !same {
            self.run.find(
                Kind::Differs,
                self.room.id.as_str(),
                Some(position),
                "the new room has something else there",
            );
            return Ok(());
        }
        for image in images {
            let kept = self.run.store.image(&self.room.id, &image.meta.id).await?;
            if kept.is_none_or(|kept| kept.data != image.data || kept.meta != image.meta.in_room(&self.room.id)) {
                self.run.find(
                    Kind::Differs,
                    self.room.id.as_str(),
                    Some(position),
                    "an image of it is gone or another one",
                );
                return Ok(());
            }
        }
        self.run.report.messages.there += 1;
        self.run.report.images.there += count(message.images.len());
        Ok(())
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
