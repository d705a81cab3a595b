//! Moving rooms in and out.
//!
//! [`import::import`] brings the rooms of a RoomTalk v0.4 in: it reads the old Redis, of which nothing is written, and writes
//! the new store. [`export::export`] writes one room out, as JSON Lines or as a page that needs nothing else.

mod error;
pub mod export;
pub mod import;

pub use error::Error;
