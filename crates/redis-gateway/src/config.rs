//! What a gateway is told at its start.

use std::net::SocketAddr;
use std::path::PathBuf;

use traces::Tracer;

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
    /// Makes the spans of requests.
    pub tracer: Tracer,
}

impl Config {
    /// A gateway that is reached by loopback or by `listen`, and traces nothing.
    pub fn new(listen: SocketAddr, store: StoreChoice, token: impl Into<String>) -> Self {
        Self { listen, store, token: token.into(), allowed_hosts: Vec::new(), tracer: Tracer::default() }
    }
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
