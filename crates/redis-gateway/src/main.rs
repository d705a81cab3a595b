//! `redis-gateway`: an Upstash-compatible REST server in front of an embedded store or a Redis server.

mod options;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use redis_gateway::Gateway;
use tokio::signal::unix::{SignalKind, signal};

use crate::options::Options;

/// The small allocations of each request take a fifth of its time with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    options.logs.start();
    // Fails only when a provider is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    logs::outcome("redis-gateway", run(options).await)
}

async fn run(options: Options) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("can't wait for SIGTERM")?;
    let store = options.store_name();
    let token = options.token_source();
    let exporter = options.traces.start("roomtalk-gateway")?;
    let gateway = Gateway::start(options.config(exporter.tracer())?).await?;
    logs::ready(&format!("listening on http://{}, store: {store}, token: {token}", gateway.local_addr()));
    tokio::select! {
        _ = terminate.recv() => {}
        result = tokio::signal::ctrl_c() => result.context("can't wait for Ctrl-C")?,
    }
    gateway.shutdown().await;
    exporter.shutdown().await;
    Ok(())
}
