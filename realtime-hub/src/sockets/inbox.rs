//! What a client sends, in its order.
//!
//! Socket.IO's engine runs each event's handler as a task of its own, so two events of one client may overtake each
//! other. Here they go into a queue from the engine's own call, which keeps the order, and one worker per socket takes
//! them out.

use std::sync::Arc;

use domain::payload;
use serde_json::Value as JsonValue;
use socketioxide::adapter::LocalAdapter;
use socketioxide::handler::{MessageHandler, Value};
use socketioxide::socket::Socket;
use tokio::sync::mpsc;

use super::wire::{Ack, Wire};
use super::worker::done;

/// Most events that may wait for one socket's worker.
const EVENTS: usize = 4096;
/// Most bytes that may wait.
const BYTES: u64 = 2 * 1024 * 1024;

/// One event of a client.
pub(super) struct Call {
    pub(super) event: String,
    /// `None`: not JSON, or not an array that starts with a name.
    pub(super) args: Option<Vec<JsonValue>>,
    pub(super) ack: Ack,
}

/// An event as it came: text takes far less memory than what is read out of it.
struct Waiting {
    text: Box<str>,
    ack: Ack,
}

/// The engine's end.
pub(super) struct Inbox {
    wire: Wire,
    calls: mpsc::Sender<Waiting>,
}

/// The worker's end.
pub(super) struct Calls {
    wire: Wire,
    calls: mpsc::Receiver<Waiting>,
}

pub(super) fn inbox(wire: Wire) -> (Inbox, Calls) {
    let (sender, receiver) = mpsc::channel(EVENTS);
    (Inbox { wire: wire.clone(), calls: sender }, Calls { wire, calls: receiver })
}

impl Calls {
    /// The next event; `None` when the socket is gone and everything that it sent was taken.
    pub(super) async fn next(&mut self) -> Option<Call> {
        let Waiting { text, ack } = self.calls.recv().await?;
        self.wire.serve();
        let (event, args) = match payload::event(&text) {
            Some((event, args)) => (event, Some(args)),
            None => (String::new(), None),
        };
        Some(Call { event, args, ack })
    }

    /// Takes no more; what came already is still there.
    pub(super) fn close(&mut self) {
        self.calls.close();
    }
}

/// Marks the handler's signature; see [`MessageHandler`].
pub(super) enum Raw {}

impl MessageHandler<LocalAdapter, Raw> for Inbox {
    fn call(&self, socket: Arc<Socket<LocalAdapter>>, value: Value, ack: Option<i64>) {
        let text = value.as_str().map_or("", |text| text);
        let ack = Ack::new(self.wire.clone(), socket, ack);
        if text.starts_with(r#"["set_username""#) {
            // Names travel with messages; v0.4's client says its name here too, and its server never listened. The page
            // asks it to find out whether a connection still works, and that must not wait behind a slow store.
            ack.one(&done());
            return;
        }
        let fits = self.wire.ask(text.len(), BYTES);
        if !fits || self.calls.try_send(Waiting { text: text.into(), ack }).is_err() {
            tracing::info!("closing a socket that sends faster than it is served");
            self.wire.lose();
        }
    }
}
