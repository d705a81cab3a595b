//! The client's side of the Upstash Redis REST protocol, without an HTTP client.
//!
//! [`Client`] turns [`Command`]s into `http::Request`s and answers into [`Reply`]s; [`Events`] reads the lines of a
//! `/subscribe` stream. Who carries the bytes is the caller's business, so the same code serves WebAssembly and native
//! programs.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod client;
mod command;
mod encoded;
mod error;
mod events;
mod reply;
mod resp;
mod script;

pub use client::{Client, InvalidConfig};
pub use command::{Arg, Command};
pub use encoded::Encoded;
pub use error::{Error, Kind, Refusal};
pub use events::{Events, LineTooLong, MAX_LINE_BYTES, Push};
pub use reply::{Reply, Unexpected};
pub use script::{Call, Script};
