//! How much a socket has not read yet, in bytes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::http::Line;
use crate::lock;

/// A socket with more than this unread is closed; its client comes back and resumes.
pub(crate) const QUEUE_BYTES: u64 = 1024 * 1024;
/// Packets that Socket.IO's own queue holds. No packet of the hub is smaller than 32 bytes, so the limit in bytes is
/// always reached first and no packet is ever refused for want of a place.
pub(crate) const QUEUE_PACKETS: usize = 32 * 1024;

/// Counts what went into a socket's queue against what left it: by the connection's own count for a WebSocket, by the
/// answers' lengths for long-polling.
#[derive(Default)]
pub(crate) struct Queue(Mutex<State>);

#[derive(Default)]
struct State {
    queued: u64,
    sent: u64,
    line: Option<(Line, u64)>,
    closed: bool,
}

impl State {
    fn unread(&mut self) -> u64 {
        if let Some((line, mark)) = &mut self.line {
            let written = line.written();
            self.sent += written - *mark;
            *mark = written;
        }
        // Handshakes, pings and frame headers leave without having been counted in.
        self.sent = self.sent.min(self.queued);
        self.queued - self.sent
    }
}

impl Queue {
    /// From now on, what the connection writes is what leaves the queue.
    pub(crate) fn attach(&self, line: Line) {
        let mut state = lock(&self.0);
        let mark = line.written();
        state.line = Some((line, mark));
    }

    /// These bytes left by an answer to a poll.
    pub(crate) fn sent(&self, bytes: u64) {
        lock(&self.0).sent += bytes;
    }

    /// Counts in a packet of this length. False: the socket is closed, or has too much unread and must be.
    #[must_use]
    pub(crate) fn add(&self, bytes: usize) -> bool {
        let mut state = lock(&self.0);
        if state.closed {
            return false;
        }
        state.unread();
        state.queued += bytes as u64;
        state.queued - state.sent <= QUEUE_BYTES
    }

    pub(crate) fn is_closed(&self) -> bool {
        lock(&self.0).closed
    }

    /// Closes the queue and cuts the connection below it. False: it was closed before.
    pub(crate) fn close(&self) -> bool {
        let mut state = lock(&self.0);
        let first = !std::mem::replace(&mut state.closed, true);
        if let Some((line, _)) = state.line.take() {
            line.cut();
        }
        first
    }
}

/// The queues of all sessions, by session id.
#[derive(Clone, Default)]
pub(crate) struct Queues(Arc<Mutex<HashMap<String, Arc<Queue>>>>);

impl Queues {
    pub(crate) fn open(&self, sid: &str) -> Arc<Queue> {
        lock(&self.0).entry(sid.to_owned()).or_default().clone()
    }

    pub(crate) fn find(&self, sid: &str) -> Option<Arc<Queue>> {
        lock(&self.0).get(sid).cloned()
    }

    pub(crate) fn forget(&self, sid: &str) {
        lock(&self.0).remove(sid);
    }

    /// Cuts every connection that is still there.
    pub(crate) fn close_all(&self) {
        for queue in lock(&self.0).values() {
            queue.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 1024 * 1024;

    #[test]
    fn a_socket_may_have_a_mebibyte_unread_and_no_more() {
        let queue = Queue::default();
        assert!(queue.add(LIMIT));
        assert!(!queue.add(1));
    }

    #[test]
    fn what_was_read_makes_room_again() {
        let queue = Queue::default();
        for _ in 0..100 {
            assert!(queue.add(LIMIT / 2));
            queue.sent(LIMIT as u64 / 2);
        }
    }

    #[test]
    fn bytes_that_were_not_counted_in_make_no_room() {
        let queue = Queue::default();
        queue.sent(5_000_000);
        assert!(queue.add(LIMIT));
        assert!(!queue.add(1));
    }

    #[test]
    fn a_closed_queue_takes_nothing_and_closes_once() {
        let queue = Queue::default();
        assert!(queue.close());
        assert!(!queue.close());
        assert!(!queue.add(1) && queue.is_closed());
    }
}
