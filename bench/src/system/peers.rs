//! What RoomTalk is measured against.

use std::path::Path;

use anyhow::{Result, ensure};

use super::net::{accepts, free_address};
use super::process::{Process, built, root};
use super::{System, redis};
use crate::load::socket::Dialect;

/// The Node peer over a real redis-server.
pub(crate) async fn node(name: &str) -> Result<System> {
    let script = root().join("bench/peers/node/server.mjs");
    ensure!(script.exists(), "{} is missing", script.display());
    let mut system = System::new(name, Dialect::Node);
    let (redis, process) = redis::start().await?;
    system.processes.push(process);
    system.redis = Some(redis);
    let address = free_address()?;
    let variables = [
        ("PORT", &*address.port().to_string()),
        ("REDIS_URL", &*format!("redis://{redis}")),
        ("NODE_ENV", "production"),
    ];
    let mut process = Process::start("node", Path::new("node"), |_| vec![script], &variables)?;
    process.ready(|| accepts(address)).await?;
    system.processes.push(process);
    system.sockets.push(address);
    system.http = Some(address);
    Ok(system)
}

/// The bare WebSocket server: no store, no protocol, just the fan-out.
pub(crate) async fn floor(name: &str) -> Result<System> {
    let mut system = System::new(name, Dialect::Bare);
    let address = free_address()?;
    let mut process = Process::start("floor", &built("tungstenite-floor"), |_| vec![address.to_string()], &[])?;
    process.ready(|| accepts(address)).await?;
    system.processes.push(process);
    system.sockets.push(address);
    Ok(system)
}
