//! Sockets: one worker each, one file per event.

mod backlog;
mod clients;
mod connect;
#[cfg(feature = "mutations")]
mod early;
mod history;
mod inbox;
mod join;
mod queue;
mod register;
mod rooms;
mod send;
mod wire;
mod worker;

pub(crate) use clients::Clients;
pub(crate) use connect::{engine, serve};
pub(crate) use queue::{QUEUE_BYTES, Queues};
pub(crate) use wire::{Ack, Json, Wire, json};

use domain::RoomId;

/// Name of the channel of a room's members. Clients have no channels at all, so nobody can register as a room and hear
/// what is said there, as one could in v0.4.
pub(crate) fn room_channel(room: &RoomId) -> String {
    format!("room:{room}")
}
