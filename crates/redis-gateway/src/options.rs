//! The flags of `redis-gateway`.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Parser, ValueEnum};
use redis_gateway::{Config, StoreChoice, token};
use traces::Tracer;

/// An Upstash-compatible REST server: point `UPSTASH_REDIS_REST_URL` at it.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Options {
    /// The address to listen on. Beyond loopback a token must be given, and the names it is reached by must be listed with
    /// --allowed-host.
    #[arg(long, default_value = "127.0.0.1:3013", env = "REDIS_GATEWAY_LISTEN")]
    listen: SocketAddr,

    /// Folder of the embedded store, and of the token when none is given.
    #[arg(long, default_value = ".roomtalk", env = "DATA_DIR")]
    data_dir: PathBuf,

    /// A Redis server to use instead of the embedded store: `redis://[user:password@]host[:port][/db]`, or `rediss://` for TLS.
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    redis_url: Option<String>,

    /// The token that each request must bring. Without it, one is made and kept in `redis-token` in the data folder.
    #[arg(long, env = "REDIS_TOKEN", hide_env_values = true)]
    token: Option<String>,

    /// When the embedded store's log reaches the disk.
    #[arg(long, value_enum, default_value_t = Fsync::Always, env = "REDIS_FSYNC")]
    fsync: Fsync,

    /// A further name (`host` or `host:port`) by which the gateway is reached; requests that name others are refused.
    #[arg(long = "allowed-host", value_delimiter = ',', env = "REDIS_ALLOWED_HOSTS")]
    allowed_hosts: Vec<String>,

    #[command(flatten)]
    pub(crate) traces: traces::Options,
    #[command(flatten)]
    pub(crate) logs: logs::Options,
}

/// When the embedded store's log reaches the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Fsync {
    /// Before each answer.
    Always,
    /// Each second.
    Everysec,
    /// When the operating system likes.
    No,
}

impl From<Fsync> for redis_gateway::Fsync {
    fn from(fsync: Fsync) -> Self {
        match fsync {
            Fsync::Always => Self::Always,
            Fsync::Everysec => Self::EverySec,
            Fsync::No => Self::No,
        }
    }
}

impl Options {
    /// What the store is, for people: never with a password.
    pub(crate) fn store_name(&self) -> String {
        match self.redis_url() {
            None => format!("embedded, in {}", self.store_dir().display()),
            Some(url) => match (url.split_once("://"), url.rsplit_once('@')) {
                (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
                _ => url.to_owned(),
            },
        }
    }

    /// Where the token is, for people: never the token.
    pub(crate) fn token_source(&self) -> String {
        match self.token() {
            Some(_) => "as given".to_owned(),
            None => format!("in {}", self.token_file().display()),
        }
    }

    /// The gateway's configuration; makes and keeps a token when none was given.
    pub(crate) fn config(self, tracer: Tracer) -> Result<Config> {
        let token = match self.token() {
            Some(token) => token.to_owned(),
            None if self.listen.ip().is_loopback() => token::kept(&self.token_file())?,
            None => bail!(
                "{} can be reached from elsewhere: give a token of your own with --token or REDIS_TOKEN",
                self.listen
            ),
        };
        let store = match self.redis_url() {
            Some(url) if url.starts_with("redis://") || url.starts_with("rediss://") => {
                StoreChoice::Redis { url: url.to_owned() }
            }
            Some(_) => bail!("--redis-url must start with redis:// or rediss://"),
            None => StoreChoice::Embedded { dir: Some(self.store_dir()), fsync: self.fsync.into() },
        };
        Ok(Config { listen: self.listen, store, token, allowed_hosts: self.allowed_hosts, tracer })
    }

    fn redis_url(&self) -> Option<&str> {
        self.redis_url.as_deref().filter(|url| !url.is_empty() && *url != "embedded")
    }

    fn token(&self) -> Option<&str> {
        self.token.as_deref().filter(|token| !token.is_empty())
    }

    fn store_dir(&self) -> PathBuf {
        self.data_dir.join("store")
    }

    fn token_file(&self) -> PathBuf {
        self.data_dir.join("redis-token")
    }
}
