//! RoomTalk as one process, as `roomtalk up` starts it: the edge hands its store requests over without a socket.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;

use super::net::{accepts, answers, free_address};
use super::process::{Process, built, root};
use super::roomtalk::TOKEN;
use super::{Store, System, redis};
use crate::load::socket::Dialect;

/// The cheapest route of the edge.
const HELLO: &str = "/api/openapi.json";

/// Its addresses.
pub(crate) struct Up {
    edge: SocketAddr,
    hub: SocketAddr,
    store: SocketAddr,
}

/// Over a real redis-server, or the embedded store.
pub(crate) async fn start(name: &str, on_redis: bool) -> Result<System> {
    let mut system = System::new(name, Dialect::RoomTalk);
    let mut backend = None;
    if on_redis {
        let (address, process) = redis::start().await?;
        system.processes.push(process);
        system.redis = Some(address);
        backend = Some(format!("redis://{address}"));
    }
    let cache = root().join("target/tmp/components");
    let (up, mut process) = Up::process(&cache, backend)?;
    process.ready(|| up.is_ready()).await?;
    system.processes.push(process);
    system.http = Some(up.edge);
    system.sockets.push(up.hub);
    system.store = Some(Store { address: up.store, token: TOKEN });
    Ok(system)
}

impl Up {
    /// Starts it with a new store; `cache` keeps its compiled components.
    pub(crate) fn process(cache: &Path, backend: Option<String>) -> Result<(Self, Process)> {
        let up = Self { edge: free_address()?, hub: free_address()?, store: free_address()? };
        let [edge, hub, store] = [up.edge, up.hub, up.store].map(|address| address.port().to_string());
        let arguments = |folder: &Path| {
            let (data, cache) = (folder.join("data").display().to_string(), cache.display().to_string());
            let manifest = root().join("spin.toml").display().to_string();
            let flags = [
                ["--edge-port", &edge],
                ["--hub-port", &hub],
                ["--redis-port", &store],
                ["--redis-token", TOKEN],
                ["--data-dir", &data],
                ["--cache-dir", &cache],
                ["--manifest", &manifest],
                ["--rate-limits", "off"],
            ];
            let mut arguments: Vec<_> =
                std::iter::once("up").chain(flags.into_iter().flatten()).map(str::to_owned).collect();
            arguments.extend(backend.into_iter().flat_map(|url| ["--redis-url".to_owned(), url]));
            arguments
        };
        Ok((up, Process::start("roomtalk", &built("roomtalk"), arguments, &[])?))
    }

    /// It listens to its hub last.
    pub(crate) async fn is_ready(&self) -> bool {
        accepts(self.hub).await && answers(self.edge, HELLO).await
    }
}
