//! An Upstash-compatible REST server over an embedded engine or a Redis server.
//!
//! [`Gateway::start`] serves on a socket; [`Gateway::service`] answers callers of the same process without one. `http` holds
//! the REST protocol, [`engine`] and [`remote`] the two stores behind it, and [`Backend`] is all that the one needs of the
//! others.

mod backend;
mod config;
mod digits;
pub mod engine;
mod error;
mod gateway;
mod http;
mod queue;
pub mod remote;
mod reply;
mod store;
mod texts;
pub mod token;

pub use backend::{Backend, Command, Push, Topic, UNAVAILABLE};
pub use config::{Config, StoreChoice};
pub use engine::Fsync;
pub use error::Error;
pub use gateway::{Gateway, Service};
pub use http::{Call, Format};
pub use reply::Reply;
