//! What waits to go out to one session.

use std::collections::VecDeque;
use std::sync::Mutex;

use tokio::sync::Notify;

use crate::backlog::Backlog;
use crate::lock;
use crate::packets::Packets;

/// So many places of a queue are not counted: most queues never have more.
const FREE_PLACES: usize = 16;
/// What each further place takes.
const PLACE: u64 = 16;

/// The queue; one connection, or one poll after another, empties it.
pub(crate) struct Queue {
    state: Mutex<State>,
    /// Something has come, or no more will.
    ready: Notify,
    /// Nobody needs what is left.
    closed: Notify,
    backlog: Backlog,
    /// Most bytes.
    limit: u64,
}

#[derive(Default)]
struct State {
    entries: VecDeque<Packets>,
    /// Bytes of the entries, and of what was taken out and is not sent yet.
    bytes: u64,
    end: End,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum End {
    #[default]
    Open,
    /// What is in it still goes out.
    Finishing,
    Closed,
}

/// What became of packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Push {
    Taken,
    /// The queue passes its limit by them and must be closed.
    Full,
    Closed,
}

impl Queue {
    pub(crate) fn new(limit: u64, backlog: Backlog) -> Self {
        Self { state: Mutex::default(), ready: Notify::new(), closed: Notify::new(), backlog, limit }
    }

    #[must_use]
    pub(crate) fn push(&self, packets: &Packets) -> Push {
        let mut state = lock(&self.state);
        if state.end != End::Open {
            return Push::Closed;
        }
        state.bytes += packets.bytes();
        if state.bytes > self.limit {
            return Push::Full;
        }
        state.entries.push_back(packets.clone());
        if state.entries.len() > FREE_PLACES {
            self.backlog.add(PLACE);
        }
        // With more before it, whoever empties the queue knows already.
        let first = state.entries.len() == 1;
        drop(state);
        if first {
            self.ready.notify_one();
        }
        Push::Taken
    }

    /// The oldest entries; they count until they are [`Queue::sent`].
    pub(crate) fn take(&self, most: usize) -> Vec<Packets> {
        let mut state = lock(&self.state);
        let before = state.entries.len();
        let taken: Vec<_> = if before <= most {
            std::mem::take(&mut state.entries).into()
        } else {
            state.entries.drain(..most).collect()
        };
        let counted = before.saturating_sub(FREE_PLACES) - state.entries.len().saturating_sub(FREE_PLACES);
        self.backlog.subtract(counted as u64 * PLACE);
        taken
    }

    /// So many bytes of what was taken are on their way.
    pub(crate) fn sent(&self, bytes: u64) {
        let mut state = lock(&self.state);
        // A queue that was closed meanwhile counts nothing.
        state.bytes = state.bytes.saturating_sub(bytes);
    }

    /// Bytes that are not sent yet.
    pub(crate) fn waiting(&self) -> u64 {
        lock(&self.state).bytes
    }

    /// Whether nothing more can be put in.
    pub(crate) fn is_ending(&self) -> bool {
        lock(&self.state).end != End::Open
    }

    pub(crate) fn is_closed(&self) -> bool {
        lock(&self.state).end == End::Closed
    }

    /// Waits until there is something to take, or the queue ends. Only one may wait.
    pub(crate) async fn ready(&self) {
        loop {
            {
                let state = lock(&self.state);
                if !state.entries.is_empty() || state.end != End::Open {
                    return;
                }
            }
            self.ready.notified().await;
        }
    }

    /// Waits until the queue is closed. Only one may wait.
    pub(crate) async fn closed(&self) {
        while !self.is_closed() {
            self.closed.notified().await;
        }
    }

    /// What is in it goes out; nothing more can be put in.
    pub(crate) fn finish(&self) {
        let mut state = lock(&self.state);
        if state.end == End::Open {
            state.end = End::Finishing;
        }
        drop(state);
        self.ready.notify_one();
    }

    /// Lets go of everything. False: it was closed before.
    pub(crate) fn close(&self) -> bool {
        let mut state = lock(&self.state);
        let first = std::mem::replace(&mut state.end, End::Closed) != End::Closed;
        let entries = std::mem::take(&mut state.entries);
        state.bytes = 0;
        drop(state);
        self.backlog.subtract(entries.len().saturating_sub(FREE_PLACES) as u64 * PLACE);
        self.ready.notify_one();
        self.closed.notify_one();
        first
    }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
