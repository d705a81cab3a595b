//! How long the programs take from their start until they answer, with the compiled components kept from before and
//! without.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;

use crate::context::Context;
use crate::system::net::{answers, free_address};
use crate::system::process::{Process, built, root};
use crate::system::up::Up;
use crate::system::{redis, roomtalk};

/// The first request that an edge answers, through a component.
const HELLO: &str = "/api/openapi.json";
/// Everything in one process, as `roomtalk up` has it.
const ALL: &str = "start of all, compiled";

pub(super) async fn run(context: &Context) -> Result<()> {
    for round in 1..=context.rounds {
        if context.wants("roomtalk") {
            for (scenario, time) in roomtalk().await? {
                context.add(scenario, "roomtalk", round, &[("start", "ms", time)]);
            }
        }
        if context.wants("node") {
            context.add(ALL, "node", round, &[("start", "ms", node().await?)]);
        }
    }
    Ok(())
}

async fn roomtalk() -> Result<Vec<(&'static str, f64)>> {
    let (store, gateway) = roomtalk::gateway(None, "always").await?;
    let mut times = vec![("start of the gateway", since_start(&gateway))];
    let (_, hub) = roomtalk::hub(store).await?;
    times.push(("start of the hub", since_start(&hub)));
    let cache = tempfile::tempdir()?;
    times.push(("start of the edge, not compiled", edge(store, cache.path()).await?));
    times.push(("start of the edge, compiled", edge(store, cache.path()).await?));
    hub.stop().await?;
    gateway.stop().await?;
    times.push((ALL, up(cache.path()).await?));
    Ok(times)
}

/// To be asked at once when the process is ready.
fn since_start(process: &Process) -> f64 {
    process.started.elapsed().as_secs_f64() * 1e3
}

async fn edge(store: SocketAddr, cache: &Path) -> Result<f64> {
    let address = free_address()?;
    let [url, token] = [format!("redis_url=http://{store}"), format!("redis_token={}", roomtalk::TOKEN)];
    let arguments = |_: &Path| {
        let manifest = root().join("spin.toml").display().to_string();
        let cache = cache.display().to_string();
        let listen = address.to_string();
        [&manifest, "--variable", &url, "--variable", &token, "--listen", &listen, "--cache-dir", &cache]
            .map(str::to_owned)
            .to_vec()
    };
    ready(Process::start("edge", &built("edge-host"), arguments, &[])?, || answers(address, HELLO)).await
}

/// `roomtalk up`, with a new store and new secrets.
async fn up(cache: &Path) -> Result<f64> {
    let (up, process) = Up::process(cache, None)?;
    ready(process, || up.is_ready()).await
}

/// The peer, without the redis-server that it needs.
async fn node() -> Result<f64> {
    let (store, redis) = redis::start().await?;
    let address = free_address()?;
    let script = root().join("bench/peers/node/server.mjs");
    let variables = [("PORT", &*address.port().to_string()), ("REDIS_URL", &*format!("redis://{store}"))];
    let process = Process::start("node", Path::new("node"), |_| vec![script], &variables)?;
    let time = ready(process, || answers(address, "/api/status")).await?;
    redis.stop().await?;
    Ok(time)
}

/// Milliseconds until it is ready; then it is ended.
async fn ready<F: Future<Output = bool>>(mut process: Process, is_ready: impl FnMut() -> F) -> Result<f64> {
    process.ready(is_ready).await?;
    let time = since_start(&process);
    process.stop().await?;
    Ok(time)
}
