//! What a client sends, in its order, until it is served.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use crate::backlog::{Backlog, Waiting};
use crate::lock;

/// What an event takes besides its text.
const EVENT: usize = 64;

/// One event of a client: text takes far less memory than what is read out of it.
pub struct Event {
    /// `["name", …]`, as it came: it may be anything else.
    pub text: Box<str>,
    /// The number that an answer bears, if the client wants one.
    pub ack: Option<u64>,
    bytes: u64,
    _waiting: Waiting,
}

/// The events of one socket, for whoever serves it.
pub struct Events(Arc<Inbox>);

/// The session's end.
pub(crate) struct Inbox {
    state: Mutex<State>,
    /// Something has come, or no more will.
    ready: Notify,
    gone: Notify,
    backlog: Backlog,
    /// Most bytes that may wait.
    limit: u64,
}

#[derive(Default)]
struct State {
    events: VecDeque<Event>,
    bytes: u64,
    /// The socket is gone.
    gone: bool,
    /// Nobody serves it.
    unserved: bool,
}

impl Inbox {
    pub(crate) fn new(limit: u64, backlog: Backlog) -> Arc<Self> {
        let (ready, gone) = (Notify::new(), Notify::new());
        Arc::new(Self { state: Mutex::default(), ready, gone, backlog, limit })
    }

    /// False: more wait than may, and the session must end.
    #[must_use]
    pub(crate) fn push(&self, text: &str, ack: Option<u64>) -> bool {
        let mut state = lock(&self.state);
        if state.gone || state.unserved {
            return true;
        }
        let size = text.len() + EVENT;
        state.bytes += size as u64;
        if state.bytes > self.limit {
            return false;
        }
        let waiting = self.backlog.hold(size);
        state.events.push_back(Event { text: text.into(), ack, bytes: size as u64, _waiting: waiting });
        drop(state);
        self.ready.notify_one();
        true
    }

    pub(crate) fn waiting(&self) -> u64 {
        lock(&self.state).bytes
    }

    /// The socket is gone. What it said is still there.
    pub(crate) fn end(&self) {
        lock(&self.state).gone = true;
        self.ready.notify_one();
        self.gone.notify_one();
    }
}

impl Events {
    pub(crate) fn new(inbox: Arc<Inbox>) -> Self {
        Self(inbox)
    }

    /// The next event; `None` when the socket is gone and everything that it sent was taken. Only one may
    /// wait.
    pub async fn next(&self) -> Option<Event> {
        loop {
            {
                let mut state = lock(&self.0.state);
                if let Some(event) = state.events.pop_front() {
                    state.bytes -= event.bytes;
                    if state.events.is_empty() {
                        state.events = VecDeque::new();
                    }
                    return Some(event);
                }
                if state.gone {
                    return None;
                }
            }
            self.0.ready.notified().await;
        }
    }

    /// Waits until the socket is gone. Only one may wait.
    pub async fn gone(&self) {
        while !lock(&self.0.state).gone {
            self.0.gone.notified().await;
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let mut state = lock(&self.0.state);
        state.unserved = true;
        state.bytes = 0;
        state.events = VecDeque::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(limit: u64) -> (Arc<Inbox>, Events) {
        let inbox = Inbox::new(limit, Backlog::default());
        (inbox.clone(), Events::new(inbox))
    }

    #[tokio::test]
    async fn events_come_in_their_order_and_after_the_end_too() {
        let (inbox, events) = pair(1000);
        assert!(inbox.push("1", None) && inbox.push("2", Some(5)));
        inbox.end();
        events.gone().await;
        let first = events.next().await.unwrap();
        assert_eq!((&*first.text, first.ack), ("1", None));
        let second = events.next().await.unwrap();
        assert_eq!((&*second.text, second.ack), ("2", Some(5)));
        assert!(events.next().await.is_none());
    }

    #[tokio::test]
    async fn what_waits_is_bounded_and_what_was_taken_waits_no_more() {
        let (inbox, events) = pair(300);
        for _ in 0..100 {
            assert!(inbox.push(&"x".repeat(200), None));
            events.next().await.unwrap();
        }
        assert_eq!((inbox.waiting(), inbox.backlog.bytes()), (0, 0));
        assert!(inbox.push(&"x".repeat(200), None));
        assert!(!inbox.push("x", None));
    }

    #[test]
    fn what_nobody_serves_takes_no_memory() {
        let (inbox, events) = pair(1000);
        assert!(inbox.push("1", None));
        drop(events);
        assert!(inbox.push("2", None));
        assert_eq!((inbox.waiting(), inbox.backlog.bytes()), (0, 0));
    }
}
