//! Starting and stopping the parts in their order: store, edge, hub; and back.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result, bail};
use edge_host::Edge;
use realtime_hub::Hub;
use redis_gateway::token;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use traces::{Exporter, Tracer};

use crate::options::{Runtime, Up};
use crate::spin::Spin;
use crate::store::Store;
use crate::store_flags::Named;
use crate::{files, fly};

/// Whatever runs the components.
enum EdgeProcess {
    Embedded(Box<Edge>),
    Spin(Spin),
}

/// Runs everything until Ctrl-C or SIGTERM.
pub(crate) async fn up(options: Up) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    options.check()?;
    let exporter = options.traces.start("roomtalk")?;
    let manifest = files::manifest(options.manifest.as_deref())?;
    files::make_data_dir(&options.data_dir)?;
    check_ports(&options).await?;
    let secret = match options.client_token_secret() {
        Some(secret) => secret.to_owned(),
        None => token::kept(&options.data_dir.join("client-token-secret"))?,
    };

    if matches!(options.store.named()?, Named::Embedded) {
        fly::refuse_several_machines(options.fly_app_name.as_deref()).await?;
    }

    let store = Store::start(&options, exporter.tracer_of("gateway")).await?;
    logs::note(&format!("store  {} at {}", store.name, store.url));
    let mut edge = start_edge(&options, &manifest, &store, &secret, &exporter).await?;
    logs::note(&format!("edge   http://localhost:{} ({})", options.edge_port, manifest.display()));
    let hub = start_hub(&options, &store, &secret, exporter.tracer_of("hub")).await?;
    logs::note(&format!("hub    http://localhost:{}", options.hub_port));
    logs::ready(&format!("ready http://localhost:{}", options.page_port()));

    let outcome = tokio::select! {
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
        error = spin_ended(&mut edge) => Err(error),
    };
    logs::note("stopping");
    hub.shutdown().await;
    match edge {
        EdgeProcess::Embedded(edge) => edge.shutdown().await,
        EdgeProcess::Spin(spin) => spin.shutdown().await?,
    }
    store.shutdown().await;
    exporter.shutdown().await;
    outcome
}

/// Says which port is taken before anything is started.
async fn check_ports(options: &Up) -> Result<()> {
    let loopback = SocketAddr::from(([127, 0, 0, 1], options.redis_port));
    let needed =
        [(options.edge_listen(), "--edge-port"), (options.hub_listen(), "--hub-port"), (loopback, "--redis-port")];
    for (address, flag) in needed {
        if let Err(error) = TcpListener::bind(address).await {
            bail!("can't listen on {address}: {error}; end what runs there, or choose another port with {flag}");
        }
    }
    Ok(())
}

async fn start_edge(
    options: &Up,
    manifest: &Path,
    store: &Store,
    secret: &str,
    exporter: &Exporter,
) -> Result<EdgeProcess> {
    let listen = options.edge_listen();
    let tracer = exporter.tracer_of("edge");
    let variables = BTreeMap::from([
        ("redis_url".to_owned(), store.url.clone()),
        ("redis_token".to_owned(), store.token.clone()),
        ("client_token_secret".to_owned(), secret.to_owned()),
        ("client_url".to_owned(), options.client_url()),
        ("open_client_ids".to_owned(), options.open_client_ids.to_string()),
        ("history_limit".to_owned(), options.history_limit.to_string()),
        ("rate_limits".to_owned(), options.rate_limits.clone()),
        ("hub_url".to_owned(), options.hub_url()),
        ("traces".to_owned(), tracer.is_on().to_string()),
    ]);
    if options.runtime == Runtime::Spin {
        return Ok(EdgeProcess::Spin(Spin::start(manifest, listen, &variables).await?));
    }
    let config = edge_host::Config {
        variables,
        trusted_proxies: options.edge_trusted_proxies().parse()?,
        fly_client_ip: options.fly_client_ip,
        cache_dir: Some(options.cache_dir.clone().unwrap_or_else(|| options.data_dir.join("components"))),
        local: store.local_services(),
        tracer,
        ..edge_host::Config::new(manifest, listen)
    };
    let edge = Edge::start(config).await.context("can't start the edge")?;
    Ok(EdgeProcess::Embedded(Box::new(edge)))
}

async fn start_hub(options: &Up, store: &Store, secret: &str, tracer: Tracer) -> Result<Hub> {
    let config = realtime_hub::Config {
        listen: options.hub_listen(),
        client_url: options.client_url(),
        redis_url: store.url.clone(),
        redis_token: store.token.clone(),
        client_token_secret: secret.to_owned(),
        open_client_ids: options.open_client_ids,
        history_limit: options.history_limit,
        trusted_proxies: options.trusted_proxies.clone(),
        edge_url: options.single_origin.then(|| format!("http://{}", options.edge_listen())),
        fly_client_ip: options.fly_client_ip,
        rate_limits: options.rate_limits.clone(),
        tracer,
        ..realtime_hub::Config::default()
    };
    Hub::start(config).await.context("can't start the hub")
}

/// Never, unless the edge is a child process that ended by itself.
async fn spin_ended(edge: &mut EdgeProcess) -> anyhow::Error {
    match edge {
        EdgeProcess::Embedded(_) => std::future::pending().await,
        EdgeProcess::Spin(spin) => spin.ended().await,
    }
}
