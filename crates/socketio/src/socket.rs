//! The way to one client.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::packets::{Encoder, Packets};
use crate::session::Session;

/// One connected socket. What is sent arrives in the order of the calls, or the session is closed and the client, which
/// connects again, knows that it may have missed something.
#[derive(Clone)]
pub struct Socket(Arc<Inner>);

struct Inner {
    number: u64,
    session: Arc<Session>,
    open: AtomicBool,
}

impl Socket {
    pub(crate) fn new(number: u64, session: Arc<Session>) -> Self {
        Self(Arc::new(Inner { number, session, open: AtomicBool::new(true) }))
    }

    /// No other socket of this server ever has this number.
    pub fn number(&self) -> u64 {
        self.0.number
    }

    /// Sends packets, which others may get too.
    pub fn send(&self, packets: &Packets) {
        if self.0.open.load(Relaxed) {
            self.0.session.send(packets);
        }
    }

    /// Sends an event with one argument, which is JSON. The name is written as it is.
    pub fn emit(&self, event: &'static str, argument: &str) {
        self.say(|encoder| encoder.event(event, argument));
    }

    /// Answers an event, if the client wanted an answer. Each argument is JSON.
    pub fn ack(&self, id: Option<u64>, arguments: &[&str]) {
        if let Some(id) = id {
            self.say(|encoder| encoder.ack(id, arguments));
        }
    }

    fn say(&self, encode: impl FnOnce(&mut Encoder)) {
        if self.0.open.load(Relaxed) {
            self.0.session.say(encode);
        }
    }

    /// Tells the client to go and not to come back by itself.
    pub fn disconnect(&self) {
        self.say(|encoder| encoder.text(&["41"]));
        self.0.session.disconnected(Some(self.0.number));
    }

    /// Ends the transport, as a broken network would: the client connects again.
    pub fn lose(&self) {
        self.0.session.close();
    }

    /// Nothing more is sent.
    pub(crate) fn end(&self) {
        self.0.open.store(false, Relaxed);
    }
}
