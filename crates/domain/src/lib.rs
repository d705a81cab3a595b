//! RoomTalk's domain: rooms, messages, avatars, identities, limits and Markdown.
//!
//! Pure: no I/O and no clock. It compiles to WebAssembly for the Spin components and to native code for the hub,
//! so both refuse and accept exactly the same things.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod avatar;
mod error;
mod fields;
mod fingerprint;
mod id;
mod identity;
mod image;
mod incoming;
pub mod json;
pub mod limits;
pub mod markdown;
mod message;
pub mod payload;
mod rate;
mod room;
mod text;
mod timestamp;

pub use avatar::{Avatar, avatar};
pub use error::{Code, Error, Result};
pub use id::{ClientId, ImageId, MessageId, RoomId};
pub use identity::Identities;
pub use image::{ImageMeta, InlineImage};
pub use incoming::Incoming;
pub use message::{Draft, ImageRef, Message, MessageType};
pub use rate::{Rate, RateLimits, address_block};
pub use room::{NewRoom, Room};
pub use timestamp::{timestamp, unix_millis};
