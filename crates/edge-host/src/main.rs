//! `edge-host [spin.toml]`: runs a Spin application where `spin` is not installed.

use std::{net::SocketAddr, num::NonZeroUsize, path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Context, Result};
use clap::Parser;
use edge_host::{Config, Edge, Limits, TrustedProxies};
use tokio::signal::unix::{SignalKind, signal};

/// The small allocations of each request take a fifth of its time with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs a Spin application (spin.toml, manifest version 2) on wasmtime.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The application's manifest.
    #[arg(default_value = "spin.toml", env = "EDGE_MANIFEST")]
    manifest: PathBuf,

    /// The address to serve HTTP on.
    #[arg(long, env = "EDGE_LISTEN", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,

    /// The value of a variable of the manifest, as `name=value`; also taken from `SPIN_VARIABLE_NAME`.
    #[arg(long = "variable", value_name = "NAME=VALUE", value_parser = variable)]
    variables: Vec<(String, String)>,

    /// Where compiled components are kept for the next start.
    #[arg(long, env = "EDGE_CACHE_DIR")]
    cache_dir: Option<PathBuf>,

    /// Addresses and networks of proxies whose X-Forwarded-For is believed, comma-separated.
    #[arg(long, env = "TRUSTED_PROXIES", default_value = "")]
    trusted_proxies: TrustedProxies,

    /// Believe Fly-Client-IP of a trusted proxy. Only where that proxy is Fly's.
    #[arg(long, env = "EDGE_FLY_CLIENT_IP")]
    fly_client_ip: bool,

    /// Most TCP connections of one address at once; 0 for any number. Trusted proxies are not counted.
    #[arg(long, env = "MAX_CONNECTIONS_PER_ADDRESS", default_value_t = Limits::default().connections_per_address)]
    max_connections_per_address: usize,

    /// Count the connections of this machine, too.
    #[arg(long, env = "COUNT_LOOPBACK")]
    count_loopback: bool,

    /// Seconds that a component has to begin its answer.
    #[arg(long, env = "EDGE_REQUEST_DEADLINE", default_value_t = 30)]
    request_deadline: u64,

    /// The largest request body in bytes.
    #[arg(long, env = "EDGE_BODY_LIMIT", default_value_t = Limits::default().body)]
    body_limit: u64,

    /// Requests under way at once; further ones wait. By default one for each 4 MiB of memory that the process may use.
    #[arg(long, env = "EDGE_MAX_REQUESTS")]
    max_requests: Option<NonZeroUsize>,

    /// Requests that one instance of a component handles before it is replaced.
    #[arg(long, env = "EDGE_INSTANCE_REQUESTS", default_value_t = Limits::default().instance_requests)]
    instance_requests: usize,

    /// Requests that one instance of a component handles at once.
    #[arg(long, env = "EDGE_INSTANCE_CONCURRENCY", default_value_t = Limits::default().instance_concurrency)]
    instance_concurrency: usize,

    #[command(flatten)]
    traces: traces::Options,
    #[command(flatten)]
    logs: logs::Options,
}

fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("needs the form name=value")?;
    Ok((name.into(), value.into()))
}

impl From<Arguments> for Config {
    fn from(arguments: Arguments) -> Self {
        let limits = Limits {
            request_deadline: Duration::from_secs(arguments.request_deadline),
            connections_per_address: arguments.max_connections_per_address,
            count_loopback: arguments.count_loopback,
            body: arguments.body_limit,
            requests: arguments.max_requests,
            instance_requests: arguments.instance_requests,
            instance_concurrency: arguments.instance_concurrency,
            ..Limits::default()
        };
        Self {
            variables: arguments.variables.into_iter().collect(),
            cache_dir: arguments.cache_dir,
            trusted_proxies: arguments.trusted_proxies,
            fly_client_ip: arguments.fly_client_ip,
            limits,
            ..Self::new(arguments.manifest, arguments.listen)
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    arguments.logs.start();
    logs::outcome("edge-host", run(arguments).await)
}

async fn run(arguments: Arguments) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let exporter = arguments.traces.start("roomtalk-edge")?;
    let edge = Edge::start(Config { tracer: exporter.tracer(), ..arguments.into() }).await?;
    logs::ready(&format!("ready http://{}", edge.local_addr()));
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted.context("cannot listen for Ctrl-C")?,
    }
    edge.shutdown().await;
    exporter.shutdown().await;
    Ok(())
}
