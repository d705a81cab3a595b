//! The way to one socket.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use socketioxide::TransportType;
use socketioxide::adapter::LocalAdapter;
use socketioxide::extract::{AckSender, SocketRef};
use socketioxide::handler::FromMessageParts;
use socketioxide::handler::Value;
use socketioxide::socket::Socket;
use tokio_util::sync::CancellationToken;

use super::backlog::Packet;
use super::queue::{Queue, Queues};
use crate::metrics::Metrics;

/// JSON that is encoded once and may go to many.
pub(crate) type Json = Box<RawValue>;

/// Encodes a value of the contract.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Json {
    // The contract's types have string keys and no failing serializers.
    to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// One connected socket. What is emitted arrives in the order of the calls, or the socket is closed.
#[derive(Clone)]
pub(crate) struct Wire {
    socket: SocketRef,
    queue: Arc<Queue>,
    queues: Queues,
    metrics: Arc<Metrics>,
    /// Ends the socket's worker.
    gone: CancellationToken,
}

impl Wire {
    pub(super) fn new(socket: SocketRef, queue: Arc<Queue>, queues: Queues, metrics: Arc<Metrics>) -> Self {
        let gone = queue.begin();
        Self { socket, queue, queues, metrics, gone }
    }

    /// The session's id.
    pub(crate) fn id(&self) -> String {
        self.socket.id.to_string()
    }

    pub(crate) fn emit(&self, event: &str, data: &RawValue) {
        if self.reserve(&self.queues.message(event.len() + data.get().len())) && self.socket.emit(event, data).is_err()
        {
            self.lose();
        }
    }

    /// Counts in a packet that was, or will be, handed to the engine for this socket. False: the socket is closed.
    pub(crate) fn reserve(&self, packet: &Packet) -> bool {
        let fits = self.queue.add(packet);
        if !fits && !self.queue.is_closed() {
            self.metrics.slow_closes.add(1);
            // The session's id is a key to it, so it stays out of the log.
            tracing::info!("closing a socket that does not read");
            self.lose();
        }
        self.relieve();
        fits && !self.queue.is_closed()
    }

    /// Makes room when too much waits for all sockets together.
    fn relieve(&self) {
        let closed = self.queues.relieve();
        if closed > 0 {
            self.metrics.slow_closes.add(closed);
        }
    }

    /// Counts in an event of the client, until it is served. False: more than `most` bytes of them wait.
    pub(super) fn ask(&self, bytes: usize, most: u64) -> bool {
        let fits = self.queue.ask(self.queues.packet(bytes), most);
        self.relieve();
        fits
    }

    /// The oldest event is served now.
    pub(super) fn serve(&self) {
        self.queue.serve();
    }

    /// Ends the transport, as a broken network would: the client reconnects and resumes, so nothing is missed silently.
    pub(crate) fn lose(&self) {
        self.queue.close();
    }

    /// Tells the client to go and not to come back by itself.
    pub(super) fn dismiss(&self) {
        // An error means that the queue is full or the socket is gone; then the transport goes too.
        if self.socket.clone().disconnect().is_err() {
            self.lose();
        }
    }

    /// The engine says that the socket is gone.
    pub(super) fn end(&self) {
        self.gone.cancel();
    }

    pub(super) async fn gone(&self) {
        self.gone.cancelled().await;
    }

    /// Whether this was a long-polling session that was ended from here, and that the engine still believes in.
    pub(super) fn is_lost_poll(&self) -> bool {
        self.queue.is_closed() && self.socket.transport_type() == TransportType::Polling
    }

    /// Takes the inbox out of the socket. They hold each other, and the engine takes nothing out by itself, so without this
    /// no socket that ever came would be freed, nor what was queued for it.
    pub(super) fn detach(&self) {
        self.socket.on_fallback(async || {});
    }

    /// Receives what is sent to `channel` from now on.
    pub(crate) fn join(&self, channel: String) {
        self.socket.join(channel);
    }

    pub(crate) fn leave(&self, channel: String) {
        self.socket.leave(channel);
    }

    /// Leaves every channel. After [`Wire::lose`] this keeps a dead session's queue from growing.
    pub(super) fn leave_all(&self) {
        self.socket.leave_all();
    }
}

/// The answer that a client may have asked for with an event.
#[derive(Clone)]
pub(crate) struct Ack {
    wire: Wire,
    socket: Arc<Socket<LocalAdapter>>,
    id: Option<i64>,
}

impl Ack {
    pub(super) fn new(wire: Wire, socket: Arc<Socket<LocalAdapter>>, id: Option<i64>) -> Self {
        Self { wire, socket, id }
    }

    /// One argument.
    pub(crate) fn one(&self, value: &RawValue) {
        self.send(value.get().len(), value);
    }

    /// Two arguments.
    pub(crate) fn two(&self, first: &RawValue, second: &RawValue) {
        self.send(first.get().len() + second.get().len(), &(first, second));
    }

    fn send<T: Serialize + ?Sized>(&self, payload: usize, arguments: &T) {
        if self.id.is_none() || !self.wire.reserve(&self.wire.queues.message(payload)) {
            return;
        }
        let mut nothing = Value::Bytes(bytes::Bytes::new());
        let Ok(sender) = AckSender::from_message_parts(&self.socket, &mut nothing, &self.id);
        if sender.send(arguments).is_err() {
            self.wire.lose();
        }
    }
}
