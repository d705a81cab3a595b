//! Runs a Spin application (`spin.toml`, manifest version 2) on wasmtime, where the `spin` command is not installed.
//!
//! It is a stand-in for `spin up`, not a fork of it: what the manifest uses is honoured, and what this host does not
//! know is refused at start with the key's name. Components are `wasi:http@0.3` handlers; besides WASI they may import
//! `spin:variables@3.0.0` and nothing else.
//!
//! ```no_run
//! # async fn run() -> edge_host::Result<()> {
//! let edge = edge_host::Edge::start(edge_host::Config::new("spin.toml", ([127, 0, 0, 1], 3000).into())).await?;
//! println!("http://{}", edge.local_addr());
//! edge.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod app;
mod config;
mod edge;
mod engine;
mod error;
mod guest;
mod manifest;
mod metrics;
mod outbound;
mod places;
mod routes;
mod server;
mod trace;
mod variables;

pub use config::{Config, Limits, LocalService};
pub use edge::Edge;
pub use error::{Error, Result};
pub use http_server::{InvalidNetwork, PerAddress, TrustedProxies};
