//! What the tests of several crates need. Nothing here is part of a product, and whatever goes wrong panics.

#![allow(clippy::missing_panics_doc, reason = "everything here is a test's")]

mod port;
mod redis_server;

pub use port::Port;
pub use redis_server::RedisServer;
