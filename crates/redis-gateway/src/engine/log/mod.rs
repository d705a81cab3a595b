//! The append-only log: effects in Redis's wire format, so that `redis-cli --pipe` loads it into a Redis.

mod compact;
mod directory;
mod file;
pub(crate) mod format;
mod load;
pub(crate) mod resp;
pub(crate) mod snapshot;

pub(crate) use file::Log;
pub use load::Damage;
pub(crate) use load::{Loaded, Stopped, load, replay};
