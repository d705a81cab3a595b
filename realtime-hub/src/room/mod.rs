//! Rooms that are live on this hub.
//!
//! Each is one task, the actor, that owns all of the room's state and takes commands from one queue: events of the
//! stream, joins, leaves. So there is **one way to deliver**: `Actor::deliver`, called in the order of seqs,
//! and whatever happens "under the room's lock" happens inside the actor.

mod actor;
mod catch_up;
mod join;
mod log;
mod members;
mod open;
mod presence;
mod roster;
mod table;
mod timing;
mod trace;

pub(crate) use log::{Budget, Entry};
pub(crate) use table::Rooms;

use std::time::{Duration, Instant};

use domain::{ClientId, Error, MessageId};
use socketio::Socket;
use store::{Action, HubId};
use tokio::sync::oneshot;
use traces::TraceParent;

use crate::sockets::Ack;

/// How long a room stays live without members, so that those who lost their connection find it warm.
const LINGER: Duration = Duration::from_secs(30);
/// How long the stream may take to bring an entry that is known to exist.
const STREAM_LAG: Duration = Duration::from_secs(1);
/// Least time between two counts in a room that is too large for single moves.
const COUNT_INTERVAL: Duration = Duration::from_secs(1);
/// Most members of whom every move is told.
const MOVES_TOLD: usize = 50;

/// What a room's actor is asked to do.
pub(crate) enum Command {
    /// A socket comes.
    Join(Join),
    /// The socket with this number goes. The answer says that the others were told.
    Leave { socket: u64, done: oneshot::Sender<()> },
    /// A socket asks for the newest messages again.
    History { socket: Socket, limit: usize, done: oneshot::Sender<domain::Result<History>> },
    /// The stream brought a message, and the span that it belongs to, where it is traced.
    Message(Entry, Option<TraceParent>),
    /// The stream brought an entry of another kind.
    Entry { seq: u64 },
    /// This entry exists: the hub has appended it. `sent` is when a socket's wish to was taken up.
    Heard { seq: u64, sent: Option<Instant> },
    /// The stream brought a move of a client on some hub.
    Presence { hub: HubId, client: String, action: Action },
    /// A hub has gone silent.
    HubGone { hub: HubId },
    /// The stream was opened again: something may have been missed.
    Refresh,
}

/// A socket's wish to join.
pub(crate) struct Join {
    pub(crate) socket: Socket,
    pub(crate) client: ClientId,
    /// Everything up to this seq was seen already, and this message stands there.
    pub(crate) after: Option<(u64, Option<MessageId>)>,
    pub(crate) ack: Ack,
    /// The span that waits for it.
    pub(crate) trace: Option<TraceParent>,
    pub(crate) done: oneshot::Sender<Result<(), Error>>,
}

/// What a socket that asked for history is told besides the messages.
pub(crate) struct History {
    pub(crate) count: usize,
    pub(crate) latest_seq: u64,
}

/// A page as JSON.
pub(crate) fn page_json(entries: &[Entry]) -> crate::sockets::Json {
    crate::sockets::json(&entries.iter().map(|entry| &entry.json).collect::<Vec<_>>())
}
