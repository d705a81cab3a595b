//! What a gateway is told at its start.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::Fsync;

/// How a gateway runs.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the data is.
    pub store: StoreChoice,
    /// The token that each request must bring. Not empty; beyond loopback it should be one that a person chose to set.
    pub token: String,
    /// Names (`host`, or `host:port` to allow only that) that may stand in `Host` and `Origin`, besides loopback and the
    /// listening address.
    pub allowed_hosts: Vec<String>,
}

/// Where the data is.
#[derive(Debug, Clone)]
pub enum StoreChoice {
    /// In this process.
    Embedded {
        /// The folder of its log; without one it keeps nothing.
        dir: Option<PathBuf>,
        /// When the log reaches the disk.
        fsync: Fsync,
    },
    /// On a Redis server.
    Redis {
        /// `redis://…` or `rediss://…`.
        url: String,
    },
}
