//! Sockets: one worker each, one file per event.

mod clients;
mod connect;
#[cfg(feature = "mutations")]
mod early;
mod history;
mod join;
mod json;
mod register;
mod rooms;
mod send;
mod trace;
mod worker;

pub(crate) use clients::Clients;
pub(crate) use connect::{engine, serve};
pub(crate) use json::{Ack, Json, json};
