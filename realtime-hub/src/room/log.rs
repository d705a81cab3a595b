//! What a hub knows of a room's log: how far it was delivered, and the newest messages.
//!
//! Pure: it decides, and the room's actor acts.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

use domain::MessageId;
use store::{Page, RawJson};

/// Most messages kept per room.
const MESSAGES: usize = 200;
/// Most bytes kept per room.
const ROOM_BYTES: usize = 1024 * 1024;
/// Most bytes kept in all rooms together.
const TOTAL_BYTES: usize = 64 * 1024 * 1024;
/// From here on a room may keep but little.
const PLENTY_BYTES: usize = TOTAL_BYTES / 4 * 3;
/// What that is.
const POOR_BYTES: usize = 16 * 1024;
/// Most bytes in a page: a quarter of a socket's queue, less what wraps it.
const PAGE_BYTES: usize = 256 * 1024 - 1024;

/// A message at its place.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) seq: u64,
    pub(crate) id: String,
    pub(crate) json: RawJson,
    /// When the stream brought it; nothing of what was read from the log.
    pub(crate) arrived: Option<Instant>,
}

impl Entry {
    /// The messages of a page, oldest first.
    pub(crate) fn all(page: &Page) -> Vec<Self> {
        let messages = page.messages.iter().zip(&page.json);
        messages.map(|(m, json)| Self { seq: m.seq, id: m.id.clone(), json: json.clone(), arrived: None }).collect()
    }

    fn bytes(&self) -> usize {
        self.json.get().len()
    }
}

/// Bytes that all rooms' caches hold together.
#[derive(Clone, Default)]
pub(crate) struct Budget(Arc<AtomicUsize>);

/// What an event with a seq means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is the next one: deliver it.
    Next,
    /// It was delivered before: skip it.
    Old,
    /// Something before it is missing: read the log.
    Gap,
    /// Its place is taken by another message: the store went back.
    WentBack,
    /// It is not newer and too old to compare: read the log to see.
    Unsure,
}

/// How a client that has seen everything up to a seq can be served.
#[derive(Debug, Clone)]
pub(crate) enum Resume {
    /// These are the messages that it missed.
    Missed(Vec<Entry>),
    /// Its cursor does not belong to this log, or too much was missed: it starts again from the newest page.
    Restart,
    /// The cache does not reach that far back: ask the store.
    Ask,
}

/// How far a room's log was delivered, and its newest messages.
pub(crate) struct Log {
    /// Seq of the newest entry that was delivered or counted.
    last: u64,
    entries: VecDeque<Entry>,
    /// Every message after this seq is in `entries`.
    floor: u64,
    bytes: usize,
    budget: Budget,
}

impl Log {
    /// The log as its newest page shows it.
    pub(crate) fn new(page: &Page, budget: Budget) -> Self {
        let mut log = Self { last: 0, entries: VecDeque::new(), floor: 0, bytes: 0, budget };
        log.replace(page);
        log
    }

    /// Forgets everything and starts from the newest page.
    pub(crate) fn replace(&mut self, page: &Page) {
        self.clear();
        self.last = page.latest_seq;
        self.floor = if page.has_before { page.first_seq.map_or(self.last, |first| first - 1) } else { 0 };
        for entry in Entry::all(page) {
            self.keep(entry);
        }
        self.trim();
    }

    /// Takes the newest page into the cache without moving on: what is newer will be delivered in its turn. A page that
    /// ends before what was delivered is of no use.
    pub(crate) fn refill(&mut self, page: &Page) {
        if page.latest_seq < self.last {
            return;
        }
        let last = self.last;
        self.replace(page);
        self.last = last;
        while self.entries.back().is_some_and(|newest| newest.seq > last) {
            if let Some(entry) = self.entries.pop_back() {
                self.release(entry.bytes());
            }
        }
    }

    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// Id of the message at `last`, if that is a message and known.
    pub(crate) fn last_id(&self) -> Option<MessageId> {
        let newest = self.entries.back().filter(|entry| entry.seq == self.last)?;
        MessageId::parse(&newest.id, "id").ok()
    }

    /// What an event of the message `id` at `seq` means.
    pub(crate) fn judge(&self, seq: u64, id: &str) -> Verdict {
        if seq == self.last + 1 {
            return Verdict::Next;
        }
        if seq > self.last {
            return Verdict::Gap;
        }
        match self.find(seq) {
            Some(known) if known.id == id => Verdict::Old,
            Some(_) => Verdict::WentBack,
            // Above the floor every message is known: another kind of entry stood there.
            None if seq > self.floor => Verdict::WentBack,
            None => Verdict::Unsure,
        }
    }

    /// Whether the newest page shows that the store went back behind what was delivered here.
    pub(crate) fn contradicts(&self, page: &Page) -> bool {
        page.latest_seq < self.last
            || Entry::all(page).iter().any(|entry| self.find(entry.seq).is_some_and(|known| known.id != entry.id))
    }

    /// Adds the next message.
    pub(crate) fn push(&mut self, entry: Entry) {
        self.last = entry.seq;
        self.keep(entry);
        self.trim();
    }

    /// Counts entries that are no messages.
    pub(crate) fn advance(&mut self, seq: u64) {
        self.last = self.last.max(seq);
    }

    /// The newest `limit` messages, oldest first, as many as fit in a page; `None` when the cache has too few.
    pub(crate) fn newest(&self, limit: usize) -> Option<Vec<Entry>> {
        let mut bytes = 0;
        let mut page: Vec<Entry> = Vec::new();
        for entry in self.entries.iter().rev().take(limit) {
            bytes += entry.bytes() + 1;
            if bytes > PAGE_BYTES {
                page.reverse();
                return Some(page);
            }
            page.push(entry.clone());
        }
        page.reverse();
        (page.len() == limit || self.floor == 0).then_some(page)
    }

    /// What a client needs that has seen everything up to `after`, where the message `id` stands if it says so.
    pub(crate) fn resume(&self, after: u64, id: Option<&MessageId>) -> Resume {
        if after > self.last {
            return Resume::Restart;
        }
        if after < self.floor {
            return Resume::Ask;
        }
        if let Some(id) = id {
            match self.find(after) {
                Some(known) if known.id == id.as_str() => {}
                // The entry at the floor itself is not in the cache.
                None if after == self.floor && after > 0 => return Resume::Ask,
                _ => return Resume::Restart,
            }
        }
        self.missed(after)
    }

    /// The messages after a seq that the cache reaches back to.
    pub(crate) fn missed(&self, after: u64) -> Resume {
        let missed: Vec<Entry> = self.entries.iter().filter(|entry| entry.seq > after).cloned().collect();
        if fits(&missed) { Resume::Missed(missed) } else { Resume::Restart }
    }

    /// Joins the store's page after `after` with what is known here; `None` when something lies between them.
    pub(crate) fn bridge(&self, page: &Page) -> Option<Vec<Entry>> {
        let reached = page.next_after.min(self.last);
        if !page.recovered || reached < self.floor.min(self.last) {
            return None;
        }
        let mut missed = Entry::all(page);
        missed.retain(|entry| entry.seq <= reached);
        missed.extend(self.entries.iter().filter(|entry| entry.seq > reached).cloned());
        fits(&missed).then_some(missed)
    }

    fn find(&self, seq: u64) -> Option<&Entry> {
        self.entries.binary_search_by_key(&seq, |entry| entry.seq).ok().and_then(|i| self.entries.get(i))
    }

    fn keep(&mut self, entry: Entry) {
        let bytes = entry.bytes();
        self.bytes += bytes;
        self.budget.0.fetch_add(bytes, Relaxed);
        self.entries.push_back(entry);
    }

    fn release(&mut self, bytes: usize) {
        self.bytes -= bytes;
        self.budget.0.fetch_sub(bytes, Relaxed);
    }

    fn trim(&mut self) {
        let total = self.budget.0.load(Relaxed);
        let most = if total <= PLENTY_BYTES {
            ROOM_BYTES
        } else if total <= TOTAL_BYTES {
            POOR_BYTES
        } else {
            0
        };
        while self.entries.len() > MESSAGES || self.bytes > most {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.floor = oldest.seq;
            self.release(oldest.bytes());
        }
    }

    fn clear(&mut self) {
        self.entries.clear();
        self.release(self.bytes);
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Whether these messages go into one page.
fn fits(entries: &[Entry]) -> bool {
    entries.len() <= MESSAGES && entries.iter().map(|entry| entry.bytes() + 1).sum::<usize>() <= PAGE_BYTES
}

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;
