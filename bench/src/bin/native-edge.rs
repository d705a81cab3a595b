//! `native-edge`: what the components do, as native code on axum over the same gateway. Measured beside `edge-host`, it
//! shows what running them as WebAssembly costs.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use axum::serve::ListenerExt;
use clap::Parser;
use domain::{Identities, RateLimits};
use rest::{BUILT_IN_SECRET, Budget, Call, Origins, Route};
use store::{ReqwestTransport, Store};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// What all large requests together may take, as in the component of the images.
static BUDGET: Budget = Budget::new(48 * 1024 * 1024);
const DEADLINE: Duration = Duration::from_secs(5);

/// The API and the page without WebAssembly.
#[derive(Parser)]
struct Options {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The gateway, `http://host:port`.
    #[arg(long, env = "REDIS_URL")]
    redis_url: String,
    /// Its bearer token.
    #[arg(long, env = "REDIS_TOKEN")]
    redis_token: String,
    /// The folder of the built page.
    #[arg(long, default_value = "web/dist")]
    page: PathBuf,
}

struct Edge {
    store: Store<ReqwestTransport>,
    identities: Identities,
    origins: Origins,
    page: PathBuf,
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(5)).await;
}

#[tokio::main]
async fn main() -> Result<()> {
    // Fails only when a provider is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let options = Options::parse();
    let config = rest::store_config(&options.redis_url, &options.redis_token, domain::limits::HISTORY, DEADLINE)?;
    let edge = Edge {
        store: Store::new(ReqwestTransport::new()?, config),
        identities: rest::identities(BUILT_IN_SECRET, true, &options.redis_url)?,
        origins: Origins::parse("http://localhost:3011"),
        page: options.page,
    };
    let app = Router::new().route("/api/{*path}", any(api)).fallback(page).with_state(Arc::new(edge));
    let listener = TcpListener::bind(options.listen).await.context("can't listen")?;
    let address = listener.local_addr()?;
    let listener = listener.tap_io(|tcp| {
        // Only speed depends on it.
        let _ = tcp.set_nodelay(true);
    });
    let mut terminate = signal(SignalKind::terminate())?;
    println!("ready http://{address}");
    tokio::select! {
        served = axum::serve(listener, app) => Ok(served?),
        _ = terminate.recv() => Ok(()),
    }
}

async fn api(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    let (store, identities, limits) = (&edge.store, &edge.identities, RateLimits::OFF);
    let handle = async |call: Call| match call.route {
        Route::Clients => rest::clients::handle(&call, identities),
        Route::Messages => rest::messages::handle(call, store, identities, limits, now()).await,
        Route::Images | Route::Image => rest::images::handle(call, store, identities, limits, now()).await,
        Route::Document => Ok(rest::status::document()),
        Route::Status => rest::status::handle(&call, store, now()).await,
        _ => rest::rooms::handle(call, store, identities, limits, now()).await,
    };
    rest::answer(request, &edge.origins, &BUDGET, pause, handle).await.map(Body::from)
}

async fn page(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    rest::site::answer(&request, &edge.page, "http://localhost:3012", false).map(Body::from)
}

/// Unix time in ms.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
