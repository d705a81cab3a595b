//! What can keep a gateway from starting.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::engine::EngineError;

/// Why the gateway did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The Redis address can't be understood.
    #[error("the Redis address is not valid: {0}")]
    RedisUrl(String),

    /// The embedded store can't be opened, or not closed in order.
    #[error(transparent)]
    Engine(#[from] EngineError),

    /// The address to listen on is taken or not ours.
    #[error("can't listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },

    /// Without a token anybody could read and write the store.
    #[error("the token must not be empty")]
    EmptyToken,

    /// A secret can't be read or kept.
    #[error("can't keep a secret in {path}: {source}")]
    Secret {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}
