//! RoomTalk as separate programs, so that what each uses is seen.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;

use super::net::{accepts, answers, free_address};
use super::process::{Process, built, root};
use super::{Store, System, redis};
use crate::load::socket::Dialect;

/// The store's token, and the key of the identities.
pub(crate) const TOKEN: &str = "bench";

/// What of RoomTalk is started, and over which store.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    /// A real redis-server behind the gateway; without it, the embedded store.
    pub(crate) redis: bool,
    pub(crate) hubs: usize,
    pub(crate) edge: bool,
}

pub(crate) async fn start(name: &str, parts: Parts) -> Result<System> {
    let mut system = System::new(name, Dialect::RoomTalk);
    let mut backend = None;
    if parts.redis {
        let (address, process) = redis::start().await?;
        system.processes.push(process);
        system.redis = Some(address);
        backend = Some(format!("redis://{address}"));
    }
    let (store, process) = gateway(backend, "always").await?;
    system.processes.push(process);
    system.store = Some(Store { address: store, token: TOKEN });
    for _ in 0..parts.hubs {
        let (address, process) = hub(store).await?;
        system.processes.push(process);
        system.sockets.push(address);
    }
    if parts.edge {
        let (address, process) = edge(store).await?;
        system.processes.push(process);
        system.http = Some(address);
    }
    Ok(system)
}

/// The gateway alone, over the embedded store or the server at `backend`; `fsync` is the embedded store's policy.
pub(crate) async fn gateway(backend: Option<String>, fsync: &str) -> Result<(SocketAddr, Process)> {
    let address = free_address()?;
    let arguments = |folder: &Path| {
        let mut arguments = ["--listen", &address.to_string(), "--token", TOKEN, "--fsync", fsync, "--data-dir"]
            .map(str::to_owned)
            .to_vec();
        arguments.push(folder.join("data").display().to_string());
        arguments.extend(backend.into_iter().flat_map(|url| ["--redis-url".to_owned(), url]));
        arguments
    };
    let mut process = Process::start("gateway", &built("redis-gateway"), arguments, &[])?;
    process.ready(|| accepts(address)).await?;
    Ok((address, process))
}

/// A hub alone, over the gateway at `store`.
pub(crate) async fn hub(store: SocketAddr) -> Result<(SocketAddr, Process)> {
    let address = free_address()?;
    let arguments = |_: &Path| -> Vec<String> {
        let [url, port] = [format!("http://{store}"), address.port().to_string()];
        ["--host", "127.0.0.1", "--port", &port, "--redis-url", &url, "--redis-token", TOKEN, "--rate-limits", "off"]
            .map(str::to_owned)
            .to_vec()
    };
    let mut process = Process::start("hub", &built("realtime-hub"), arguments, &[("CLIENT_TOKEN_SECRET", TOKEN)])?;
    process.ready(|| answers(address, "/readyz")).await?;
    Ok((address, process))
}

/// The edge alone, over the gateway at `store`, with its compiled components kept between runs.
pub(crate) async fn edge(store: SocketAddr) -> Result<(SocketAddr, Process)> {
    let address = free_address()?;
    let arguments = |_: &Path| -> Vec<String> {
        let mut arguments = vec![root().join("spin.toml").display().to_string()];
        let url = format!("http://{store}");
        for (name, value) in [
            ("redis_url", url.as_str()),
            ("redis_token", TOKEN),
            ("client_token_secret", TOKEN),
            ("rate_limits", "off"),
        ] {
            arguments.extend(["--variable".to_owned(), format!("{name}={value}")]);
        }
        let cache = root().join("target/tmp/components").display().to_string();
        arguments.extend(["--listen".to_owned(), address.to_string(), "--cache-dir".to_owned(), cache]);
        arguments
    };
    let mut process = Process::start("edge", &built("edge-host"), arguments, &[])?;
    process.ready(|| accepts(address)).await?;
    Ok((address, process))
}
