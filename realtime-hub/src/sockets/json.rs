//! What goes out, as JSON.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use socketio::Socket;

/// JSON that is encoded once and may go to many.
pub(crate) type Json = Box<RawValue>;

/// Encodes a value of the contract.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Json {
    // The contract's types have string keys and no failing serializers.
    to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// The answer that a client may have asked for with an event.
#[derive(Clone)]
pub(crate) struct Ack {
    socket: Socket,
    id: Option<u64>,
}

impl Ack {
    pub(super) fn new(socket: Socket, id: Option<u64>) -> Self {
        Self { socket, id }
    }

    /// One argument.
    pub(crate) fn one(&self, value: &RawValue) {
        self.socket.ack(self.id, &[value.get()]);
    }

    /// Two arguments.
    pub(crate) fn two(&self, first: &RawValue, second: &RawValue) {
        self.socket.ack(self.id, &[first.get(), second.get()]);
    }
}
