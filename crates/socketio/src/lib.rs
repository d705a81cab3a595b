//! A slim Socket.IO server: revision 5 of the Socket.IO protocol over revision 4 of Engine.IO, by WebSocket and by
//! long-polling, as far as a chat needs it: the one namespace `/`, events of text, acks.
//!
//! What it is made for:
//! - an event for many is encoded once, WebSocket frame and all, and every recipient shares the bytes;
//! - what waits for one socket goes out in one write;
//! - an idle connection keeps no buffer;
//! - what waits is bounded in bytes, for each session and for all together. A session that passes its bound is ended, so
//!   that its client comes back and knows that it may have missed something.
//!
//! The way of a packet out: [`Encoder`] makes [`Packets`], [`Socket::send`] puts them into the session's queue, and the
//! session's connection (`websocket`, or `polling`) takes them out. The way in: the connection reads a packet,
//! `Session::message` understands it, and [`Events`] hands it to whoever serves the socket.

mod backlog;
mod engine;
mod events;
mod frame;
mod heartbeat;
mod packet;
mod packets;
mod polling;
mod query;
mod queue;
mod refusal;
mod session;
mod sessions;
mod socket;
mod websocket;

pub use engine::{App, Config, Engine, Peer, Start};
pub use events::{Event, Events};
pub use frame::{Decoder, Incoming, Violation};
pub use packets::{Encoder, Packets};
pub use query::opens_session;
pub use socket::Socket;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks; a panic elsewhere does not make the data unusable.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
