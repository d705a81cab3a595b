//! How much a socket has not read yet, in bytes, and how much all of them together.

use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use tokio_util::sync::CancellationToken;

use super::backlog::{Backlog, Packet, Place};
use crate::http::Line;
use crate::lock;

/// A socket with more than this unread is closed; its client comes back and resumes.
pub(crate) const QUEUE_BYTES: u64 = 1024 * 1024;
/// Packets that Socket.IO's own queue holds. No packet of the hub is smaller than 32 bytes, so the limit in bytes is
/// always reached first and no packet is ever refused for want of a place.
pub(crate) const QUEUE_PACKETS: usize = 32 * 1024;
/// Places that an empty queue keeps.
const PLACES: usize = 16;

/// Counts what went into a socket's queue against what left it: by the connection's own count for a WebSocket, by the
/// answers' lengths for long-polling.
#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    queued: u64,
    sent: u64,
    /// The packets that are not sent yet, each with what `queued` was after it.
    places: VecDeque<(u64, Place)>,
    /// The client's own events that are not served yet.
    asked: VecDeque<Packet>,
    unserved: u64,
    line: Option<(Line, u64)>,
    /// Ends the worker of the session's newest socket.
    gone: CancellationToken,
    /// Sockets of the session whose workers have not ended. One may go and another come before its worker has noticed.
    sockets: usize,
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
        while self.places.front().is_some_and(|(end, _)| *end <= self.sent) {
            self.places.pop_front();
        }
        if self.places.is_empty() {
            self.places.shrink_to(PLACES);
        }
        self.queued - self.sent
    }
}

impl Queue {
    /// A socket begins; what is given is cancelled when it is gone, or the queue closed.
    pub(super) fn begin(&self) -> CancellationToken {
        let mut state = lock(&self.state);
        state.gone = CancellationToken::new();
        if state.closed {
            state.gone.cancel();
        }
        state.gone.clone()
    }

    /// From now on, what the connection writes is what leaves the queue.
    pub(crate) fn attach(&self, line: Line) {
        let mut state = lock(&self.state);
        let mark = line.written();
        state.line = Some((line, mark));
    }

    /// These bytes left by an answer to a poll.
    pub(crate) fn sent(&self, bytes: u64) {
        let mut state = lock(&self.state);
        state.sent += bytes;
        state.unread();
    }

    /// Counts in a packet. False: the socket is closed, or has too much unread and must be.
    #[must_use]
    pub(super) fn add(&self, packet: &Packet) -> bool {
        let mut state = lock(&self.state);
        if state.closed {
            return false;
        }
        state.unread();
        state.queued += packet.bytes();
        let end = state.queued;
        state.places.push_back((end, packet.place()));
        state.queued - state.sent <= QUEUE_BYTES
    }

    /// An event of the client waits. False: the socket is closed, or has more than `most` bytes of them and must be.
    #[must_use]
    pub(super) fn ask(&self, event: Packet, most: u64) -> bool {
        let mut state = lock(&self.state);
        if state.closed {
            return false;
        }
        state.unserved += event.bytes();
        state.asked.push_back(event);
        state.unserved <= most
    }

    /// The oldest event waits no more.
    pub(super) fn serve(&self) {
        let mut state = lock(&self.state);
        let served = state.asked.pop_front();
        state.unserved -= served.map_or(0, |event| event.bytes());
    }

    /// Bytes that wait in either direction.
    fn waiting(&self) -> u64 {
        let mut state = lock(&self.state);
        state.unread() + state.unserved
    }

    pub(crate) fn is_closed(&self) -> bool {
        lock(&self.state).closed
    }

    /// Closes the queue, cuts the connection below it, and ends the socket's worker. False: it was closed before.
    pub(crate) fn close(&self) -> bool {
        let mut state = lock(&self.state);
        let first = !std::mem::replace(&mut state.closed, true);
        if let Some((line, _)) = state.line.take() {
            line.cut();
        }
        state.places = VecDeque::new();
        state.asked = VecDeque::new();
        state.unserved = 0;
        state.gone.cancel();
        first
    }
}

/// The queues of all sessions, by session id.
#[derive(Clone)]
pub(crate) struct Queues(Arc<All>);

struct All {
    sessions: Mutex<HashMap<String, Arc<Queue>>>,
    backlog: Backlog,
    most: u64,
    relieving: Mutex<()>,
}

impl Queues {
    /// `most`: bytes that may wait in all queues together.
    pub(crate) fn new(most: u64) -> Self {
        Self(Arc::new(All {
            sessions: Mutex::default(),
            backlog: Backlog::default(),
            most,
            relieving: Mutex::default(),
        }))
    }

    /// The queue of a session that has one more socket.
    pub(crate) fn open(&self, sid: &str) -> Arc<Queue> {
        let mut sessions = lock(&self.0.sessions);
        let queue = sessions.entry(sid.to_owned()).or_default();
        lock(&queue.state).sockets += 1;
        queue.clone()
    }

    pub(crate) fn find(&self, sid: &str) -> Option<Arc<Queue>> {
        lock(&self.0.sessions).get(sid).cloned()
    }

    /// A socket of the session has ended, and with its last one the queue.
    pub(crate) fn forget(&self, sid: &str) {
        let mut sessions = lock(&self.0.sessions);
        let Some(queue) = sessions.get(sid) else { return };
        let last = {
            let mut state = lock(&queue.state);
            state.sockets -= 1;
            state.sockets == 0
        };
        if last {
            sessions.remove(sid);
        }
    }

    /// A message for one socket or many, as the engine will frame it.
    pub(crate) fn message(&self, payload: usize) -> Packet {
        // `42["",]` and a WebSocket frame's header.
        const FRAME: usize = 11;
        self.packet(payload + FRAME)
    }

    pub(super) fn packet(&self, bytes: usize) -> Packet {
        self.0.backlog.packet(bytes)
    }

    /// Closes the sockets for which the most waits when too much waits for all together, until a quarter of what may wait
    /// is free again. Gives their number.
    pub(super) fn relieve(&self) -> usize {
        let All { sessions, backlog, most, relieving } = &*self.0;
        if backlog.bytes() <= *most {
            return 0;
        }
        // One is enough.
        let Ok(_turn) = relieving.try_lock() else { return 0 };
        let queues: Vec<Arc<Queue>> = lock(sessions).values().cloned().collect();
        // What was read since it was last counted leaves the backlog here.
        let mut queues: Vec<_> = queues.into_iter().map(|queue| (queue.waiting(), queue)).collect();
        if backlog.bytes() <= *most {
            return 0;
        }
        queues.sort_unstable_by_key(|(waiting, _)| Reverse(*waiting));
        let mut closed = 0;
        for (waiting, queue) in queues {
            if waiting == 0 || backlog.bytes() <= *most / 4 * 3 {
                break;
            }
            closed += usize::from(queue.close());
        }
        tracing::warn!(closed, "too much waited for all sockets together; those with the most unread were closed");
        closed
    }

    /// Bytes that wait for all sockets together.
    pub(crate) fn waiting(&self) -> u64 {
        for queue in lock(&self.0.sessions).values() {
            queue.waiting();
        }
        self.0.backlog.bytes()
    }

    /// Cuts every connection that is still there.
    pub(crate) fn close_all(&self) {
        for queue in lock(&self.0.sessions).values() {
            queue.close();
        }
    }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
