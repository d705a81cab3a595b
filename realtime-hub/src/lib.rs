//! RoomTalk's hub: it carries the sockets.
//!
//! A message enters by a socket, is parsed and stored by the same code as one that comes by REST, and comes back by the
//! store's event stream like every other: there is one way to append (`sockets/send.rs`) and one way to
//! deliver (`Actor::deliver` in `room/actor.rs`). The hub's own memory is a cache of what the store holds and never its
//! source.

mod calls;
mod config;
mod http;
mod hub;
mod hubs;
mod limiter;
mod metrics;
mod new_rooms;
mod room;
mod sockets;
mod stream;

pub use config::{BUILT_IN_SECRET, Config, ConfigError, DEVELOPMENT_ORIGINS, is_local_store};
pub use hub::{Error, Hub};

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// Locks; a panic elsewhere does not make the data unusable.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Milliseconds since 1970.
fn unix_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
