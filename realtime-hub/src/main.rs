//! The hub alone, one per machine. `roomtalk up` runs it together with the store and the edge.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use realtime_hub::{BUILT_IN_SECRET, Config, DEVELOPMENT_ORIGINS, Hub, is_local_store};
use tokio::signal::unix::{SignalKind, signal};

/// RoomTalk's realtime hub: Socket.IO in front, the store's event stream behind.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Address to listen on.
    #[arg(long, value_name = "HOST", env = "HOST", default_value = "0.0.0.0")]
    host: IpAddr,

    /// Port to listen on; 0 takes a free one.
    #[arg(long, value_name = "PORT", env = "PORT", default_value_t = 3012)]
    port: u16,

    /// Origins that browsers may come from, with commas between them; `*` for all.
    #[arg(long, value_name = "CLIENT_URL", env = "CLIENT_URL", default_value = DEVELOPMENT_ORIGINS)]
    client_url: String,

    /// The store's REST endpoint, `http(s)://host[:port]`. `UPSTASH_REDIS_REST_URL` is an alias.
    #[arg(long, value_name = "REDIS_URL", env = "REDIS_URL")]
    redis_url: Option<String>,

    /// Bearer token of the store. `UPSTASH_REDIS_REST_TOKEN` is an alias. Without it, the one that the local gateway keeps
    /// in the data folder.
    #[arg(long, value_name = "REDIS_TOKEN", env = "REDIS_TOKEN", hide_env_values = true)]
    redis_token: Option<String>,

    /// The local gateway's data folder.
    #[arg(long, value_name = "DATA_DIR", env = "DATA_DIR", default_value = ".roomtalk")]
    data_dir: PathBuf,

    #[arg(long, hide = true, env = "UPSTASH_REDIS_REST_URL")]
    upstash_redis_rest_url: Option<String>,

    #[arg(long, hide = true, env = "UPSTASH_REDIS_REST_TOKEN", hide_env_values = true)]
    upstash_redis_rest_token: Option<String>,

    /// Keys of the identity tokens, newest first, with commas between them.
    #[arg(long, value_name = "CLIENT_TOKEN_SECRET", env = "CLIENT_TOKEN_SECRET", hide_env_values = true,
          default_value = BUILT_IN_SECRET)]
    client_token_secret: String,

    /// Whether ids that were not issued by RoomTalk may act without a token.
    #[arg(long, value_name = "OPEN_CLIENT_IDS", env = "OPEN_CLIENT_IDS", default_value_t = true,
          action = clap::ArgAction::Set)]
    open_client_ids: bool,

    /// Entries kept per room.
    #[arg(long, value_name = "HISTORY_LIMIT", env = "HISTORY_LIMIT", default_value_t = domain::limits::HISTORY)]
    history_limit: u64,

    /// Addresses and CIDR networks, with commas between them, whose X-Forwarded-For is believed.
    #[arg(long, value_name = "TRUSTED_PROXIES", env = "TRUSTED_PROXIES", default_value = "none")]
    trusted_proxies: String,

    /// Where every path goes that is not the hub's own, so that one public port serves all.
    #[arg(long, value_name = "EDGE_URL", env = "EDGE_URL")]
    edge_url: Option<String>,

    /// Believe Fly-Client-IP of a trusted proxy. Only where that proxy is Fly's.
    #[arg(long, env = "FLY_CLIENT_IP")]
    fly_client_ip: bool,

    /// How much one client and one address may send: on, off, or what to change of
    /// `messages=5/s:20,rooms=10/h,uploads=60/h,upload_bytes=50000000/h,events=20/s:100`.
    #[arg(long, value_name = "RATE_LIMITS", env = "RATE_LIMITS", default_value = "on")]
    rate_limits: String,

    /// Most TCP connections of one address at once, and most sessions, by WebSocket and long-polling; 0 for any number.
    /// Trusted proxies are not counted.
    #[arg(long, value_name = "NUMBER", env = "MAX_CONNECTIONS_PER_ADDRESS", default_value_t = 1024)]
    max_connections_per_address: usize,

    /// Count the connections of this machine, too.
    #[arg(long, env = "COUNT_LOOPBACK")]
    count_loopback: bool,

    /// Most TCP connections at once.
    #[arg(long, value_name = "MAX_CONNECTIONS", env = "MAX_CONNECTIONS", default_value_t = 50_000)]
    max_connections: usize,

    /// Most bytes that may wait in memory for all sockets together; beyond it those with the most unread are closed.
    #[arg(long, value_name = "BYTES", env = "MAX_UNREAD_BYTES", default_value_t = 256 * 1024 * 1024)]
    max_unread_bytes: u64,

    /// Milliseconds between two signs of life to the other hubs.
    #[arg(long, hide = true, value_name = "BEAT_MS", env = "BEAT_MS", default_value_t = 30_000)]
    beat_ms: u64,

    /// Milliseconds that a socket may stay unregistered.
    #[arg(long, hide = true, value_name = "REGISTRATION_MS", env = "REGISTRATION_MS", default_value_t = 15_000)]
    registration_ms: u64,

    #[command(flatten)]
    traces: traces::Options,
    #[command(flatten)]
    logs: logs::Options,
}

impl Options {
    fn config(self, tracer: traces::Tracer) -> Config {
        let defaults = Config::default();
        // An empty variable is as good as none.
        let set = |text: Option<String>| text.filter(|text| !text.is_empty());
        let redis_url = set(self.redis_url).or(set(self.upstash_redis_rest_url)).unwrap_or(defaults.redis_url);
        let redis_token = set(self.redis_token).or(set(self.upstash_redis_rest_token));
        let redis_token = redis_token.or_else(|| kept_token(&self.data_dir, &redis_url)).unwrap_or_default();
        Config {
            listen: SocketAddr::new(self.host, self.port),
            client_url: self.client_url,
            redis_url,
            redis_token,
            client_token_secret: self.client_token_secret,
            open_client_ids: self.open_client_ids,
            history_limit: self.history_limit,
            trusted_proxies: self.trusted_proxies,
            edge_url: set(self.edge_url),
            fly_client_ip: self.fly_client_ip,
            rate_limits: self.rate_limits,
            max_connections: self.max_connections,
            max_connections_per_address: self.max_connections_per_address,
            count_loopback: self.count_loopback,
            max_unread_bytes: self.max_unread_bytes,
            beat: Duration::from_millis(self.beat_ms.max(1)),
            registration: Duration::from_millis(self.registration_ms),
            tracer,
        }
    }
}

/// The token that the local gateway made; it goes to no other store.
fn kept_token(data_dir: &Path, redis_url: &str) -> Option<String> {
    let kept = is_local_store(redis_url).then(|| fs::read_to_string(data_dir.join("redis-token")).ok()).flatten()?;
    Some(kept.trim().to_owned())
}

#[tokio::main]
pub(crate) async fn main() -> ExitCode {
    let options = Options::parse();
    options.logs.start();
    // An error means that a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();

    logs::outcome("realtime-hub", run(options).await)
}

async fn run(options: Options) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let exporter = options.traces.start("roomtalk-hub")?;
    let hub = Hub::start(options.config(exporter.tracer())).await.context("the hub can't start")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    hub.shutdown().await;
    exporter.shutdown().await;
    Ok(())
}
