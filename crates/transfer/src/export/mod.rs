//! Writing a room out.
//!
//! A room is read page by page from its oldest message to the one that was the newest when the export began, by seq and at the
//! store's leader: whatever others write meanwhile, no message comes twice and none is left out. What is written goes out at
//! once; memory holds a page of messages and one image.

mod html;
mod jsonl;
mod style;

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{ImageId, ImageRef, Message, Room, RoomId, limits};
use store::{Store, Transport};

use crate::Error;

/// How a room is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON Lines: first the room, then each message as REST gives it, with each image's bytes as base64 in `data`.
    Jsonl,
    /// One page with everything in it, which needs neither network nor scripts.
    Html,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Messages.
    pub messages: u64,
    /// Images, each place of a message counted.
    pub images: u64,
    /// Images that messages name and that the store does not have; each as seq and image id.
    pub missing: Vec<(u64, String)>,
    /// Messages that were trimmed from the room's history while it was read, before they could be.
    pub trimmed: u64,
}

impl Summary {
    /// Whether everything is there that the room held when the export began.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.trimmed == 0
    }
}

/// Writes a room to `out`. An error leaves a part of it there.
pub async fn export<T: Transport>(
    store: &Store<T>,
    id: &RoomId,
    format: Format,
    out: &mut impl Write,
) -> Result<Summary, Error> {
    // What is read in a layout that this version does not know may be wrong.
    store.look_at_layout().await?;
    let room = store.room(id).await?.ok_or(Error::NoRoom)?;
    let first = store.page_from(id, 1, 1).await?;
    let oldest = first.first_seq.unwrap_or(first.latest_seq);
    let mut export =
        Export { store, id, span: Span { oldest, newest: first.latest_seq }, out, summary: Summary::default() };
    match format {
        Format::Jsonl => export.jsonl(&room).await?,
        Format::Html => export.html(&room).await?,
    }
    export.out.flush()?;
    Ok(export.summary)
}

/// The seqs that an export covers, the first and the last among them.
#[derive(Debug, Clone, Copy)]
struct Span {
    oldest: u64,
    newest: u64,
}

/// An export at work.
struct Export<'a, T, W> {
    store: &'a Store<T>,
    id: &'a RoomId,
    span: Span,
    out: &'a mut W,
    summary: Summary,
}

impl<T: Transport, W: Write> Export<'_, T, W> {
    /// The messages from `next` on, and where the next ones begin; none behind the end.
    async fn page(&mut self, next: u64) -> Result<Option<(Vec<Message>, u64)>, Error> {
        let newest = self.span.newest;
        if next > newest {
            return Ok(None);
        }
        let page = self.store.page_from(self.id, next, limits::PAGE_MAX).await?;
        // Every seq up to the newest was there when the export began.
        let first = page.first_seq.ok_or(Error::WentBack)?;
        self.summary.trimmed += first.min(newest + 1) - next;
        let messages: Vec<_> = page.messages.into_iter().filter(|message| message.seq <= newest).collect();
        Ok(Some((messages, page.next_after + 1)))
    }

    /// Writes the bytes of an image as base64. False when the store does not have it.
    async fn image(&mut self, seq: u64, image: &ImageRef, around: (&str, &str)) -> Result<bool, Error> {
        let kept = match ImageId::parse(&image.id) {
            Ok(id) => self.store.image(self.id, &id).await?,
            Err(_) => None,
        };
        let Some(kept) = kept else {
            self.summary.missing.push((seq, image.id.clone()));
            return Ok(false);
        };
        self.summary.images += 1;
        self.out.write_all(around.0.as_bytes())?;
        self.out.write_all(STANDARD.encode(&kept.data).as_bytes())?;
        self.out.write_all(around.1.as_bytes())?;
        Ok(true)
    }
}

/// The room in one line of JSON, with the seqs that the export covers.
fn room_json(room: &Room, span: Span) -> Result<String, Error> {
    #[derive(serde::Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Line<'a> {
        #[serde(flatten)]
        room: &'a Room,
        oldest_seq: u64,
        latest_seq: u64,
    }
    json(&Line { room, oldest_seq: span.oldest, latest_seq: span.newest })
}

fn json(value: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Output(error.into()))
}
