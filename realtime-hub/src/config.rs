//! What a hub is told at its start.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use domain::{Identities, RateLimits};
use http::Uri;
use http_server::TrustedProxies;
use traces::Tracer;

use crate::http::Origins;

/// The identity secret that a checkout starts with. Everybody can read it, so it counts only beside a store on loopback.
pub const BUILT_IN_SECRET: &str = "roomtalk-development-secret";

/// Configuration of a hub. The texts are in the form of the environment variables that they come from.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// `CLIENT_URL`: browser origins that may connect, comma-separated, exact; `*` allows every origin.
    pub client_url: String,
    /// `REDIS_URL`: the store's REST endpoint, `http(s)://host[:port]`.
    pub redis_url: String,
    /// `REDIS_TOKEN`: bearer token of the store.
    pub redis_token: String,
    /// `CLIENT_TOKEN_SECRET`: keys of the identity tokens, comma-separated, newest first.
    pub client_token_secret: String,
    /// `OPEN_CLIENT_IDS`: whether ids that were not issued may act without a token.
    pub open_client_ids: bool,
    /// `HISTORY_LIMIT`: entries kept per room.
    pub history_limit: u64,
    /// `TRUSTED_PROXIES`: addresses and CIDR networks, comma-separated, whose `X-Forwarded-For` is believed.
    pub trusted_proxies: String,
    /// `EDGE_URL`: where every path goes that is not the hub's own (single-origin mode).
    pub edge_url: Option<String>,
    /// `FLY_CLIENT_IP`: whether a trusted proxy's `Fly-Client-IP` comes before its `X-Forwarded-For`. For Fly only.
    pub fly_client_ip: bool,
    /// `RATE_LIMITS`: how much clients and addresses may send, as [`RateLimits::parse`] reads it.
    pub rate_limits: String,
    /// Most TCP connections at once; more wait in the listener's queue.
    pub max_connections: usize,
    /// Most of them from one address, trusted proxies apart, and most sessions of one client's address; 0 for any number.
    /// More are closed, or refused.
    pub max_connections_per_address: usize,
    /// Whether connections of this machine are counted, too.
    pub count_loopback: bool,
    /// Most bytes that may wait in memory for all sockets together; beyond it those with the most unread are closed.
    pub max_unread_bytes: u64,
    /// Time between two signs of life to the other hubs. Silence of the event stream for twice as long reopens it.
    pub beat: Duration,
    /// How long a socket may stay without a registration.
    pub registration: Duration,
    /// Makes the hub's spans.
    pub tracer: Tracer,
}

impl Default for Config {
    /// A hub on a free port of this machine, beside the local gateway.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            client_url: DEVELOPMENT_ORIGINS.to_owned(),
            redis_url: "http://127.0.0.1:3013".to_owned(),
            redis_token: String::new(),
            client_token_secret: BUILT_IN_SECRET.to_owned(),
            open_client_ids: true,
            history_limit: domain::limits::HISTORY,
            trusted_proxies: String::new(),
            edge_url: None,
            fly_client_ip: false,
            rate_limits: "on".to_owned(),
            max_connections: 50_000,
            max_connections_per_address: 1024,
            count_loopback: false,
            max_unread_bytes: 256 * 1024 * 1024,
            beat: Duration::from_secs(30),
            registration: Duration::from_secs(15),
            tracer: Tracer::default(),
        }
    }
}

/// The page's addresses during development: `roomtalk up` and `spin up`.
pub const DEVELOPMENT_ORIGINS: &str =
    "http://localhost:3011,http://127.0.0.1:3011,http://localhost:3000,http://127.0.0.1:3000";

/// A setting that can't be used. The sentence starts with the variable's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable} {why}")]
pub struct ConfigError {
    /// The environment variable.
    pub variable: &'static str,
    /// What is wrong with it.
    pub why: String,
}

fn wrong(variable: &'static str, why: impl Into<String>) -> ConfigError {
    ConfigError { variable, why: why.into() }
}

/// The checked form of the texts.
pub(crate) struct Settings {
    pub(crate) identities: Identities,
    pub(crate) origins: Origins,
    pub(crate) trusted_proxies: TrustedProxies,
    pub(crate) rate_limits: RateLimits,
    pub(crate) edge: Option<Uri>,
}

impl Config {
    pub(crate) fn check(&self) -> Result<Settings, ConfigError> {
        let store = http_address("REDIS_URL", &self.redis_url)?;
        if self.redis_token.is_empty() {
            return Err(wrong("REDIS_TOKEN", "is not set"));
        }
        let built_in = self.client_token_secret.split(',').any(|secret| secret.trim() == BUILT_IN_SECRET);
        if built_in && !is_loopback(&store) {
            return Err(wrong(
                "CLIENT_TOKEN_SECRET",
                "is not configured (not_configured): the built-in one is for a store on this machine only",
            ));
        }
        let identities = Identities::new(&self.client_token_secret, self.open_client_ids)
            .map_err(|e| wrong("CLIENT_TOKEN_SECRET", format!("can't be used: {e}")))?;
        if self.history_limit == 0 {
            return Err(wrong("HISTORY_LIMIT", "must be at least 1"));
        }
        let least = socketio::Config::default().max_unread;
        if self.max_unread_bytes < least {
            return Err(wrong("MAX_UNREAD_BYTES", format!("must be at least {least}, what one socket may have")));
        }
        let edge = self.edge_url.as_deref().map(|url| http_address("EDGE_URL", url)).transpose()?;
        let origins = Origins::parse(&self.client_url).map_err(|why| wrong("CLIENT_URL", why))?;
        let trusted_proxies = self.trusted_proxies.parse();
        let trusted_proxies =
            trusted_proxies.map_err(|e: http_server::InvalidNetwork| wrong("TRUSTED_PROXIES", format!("has {e}")))?;
        let rate_limits = RateLimits::parse(&self.rate_limits).map_err(|e| wrong("RATE_LIMITS", e.message))?;
        Ok(Settings { identities, origins, trusted_proxies, rate_limits, edge })
    }
}

/// `http(s)://host[:port]`, nothing after it.
fn http_address(variable: &'static str, url: &str) -> Result<Uri, ConfigError> {
    if url.starts_with("redis://") || url.starts_with("rediss://") {
        return Err(wrong(
            variable,
            "must be an http:// or https:// address; a Redis server is reached through redis-gateway --redis-url",
        ));
    }
    match url.trim().parse::<Uri>() {
        Ok(uri)
            if matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.host().is_some_and(|host| !host.is_empty())
                && uri.path() == "/"
                && uri.query().is_none() =>
        {
            Ok(uri)
        }
        _ => Err(wrong(variable, "must be an http:// or https:// address without a path")),
    }
}

/// Whether the store at this address is on this machine, so that what is kept here for it may be sent to it.
pub fn is_local_store(url: &str) -> bool {
    url.parse().is_ok_and(|uri| is_loopback(&uri))
}

fn is_loopback(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config { redis_token: "t".to_owned(), ..Config::default() }
    }

    fn refusal(config: &Config) -> &'static str {
        config.check().err().expect("the configuration is refused").variable
    }

    #[test]
    fn the_built_in_secret_counts_only_beside_a_store_on_loopback() {
        for url in ["http://127.0.0.1:3013", "http://localhost:1", "http://[::1]:2/"] {
            assert!(Config { redis_url: url.to_owned(), ..config() }.check().is_ok(), "{url}");
        }
        let remote = Config { redis_url: "https://x.upstash.io".to_owned(), ..config() };
        assert_eq!(refusal(&remote), "CLIENT_TOKEN_SECRET");
        assert!(Config { client_token_secret: "own".to_owned(), ..remote }.check().is_ok());
    }

    #[test]
    fn what_is_wrong_is_named_by_its_variable() {
        assert_eq!(refusal(&Config { redis_url: "redis://127.0.0.1".to_owned(), ..config() }), "REDIS_URL");
        assert_eq!(refusal(&Config { redis_url: "http://h/path".to_owned(), ..config() }), "REDIS_URL");
        assert_eq!(refusal(&Config { redis_token: String::new(), ..config() }), "REDIS_TOKEN");
        assert_eq!(refusal(&Config { client_token_secret: "a,,b".to_owned(), ..config() }), "CLIENT_TOKEN_SECRET");
        assert_eq!(refusal(&Config { client_url: "localhost:3011".to_owned(), ..config() }), "CLIENT_URL");
        assert_eq!(refusal(&Config { trusted_proxies: "10.0.0.0/8,x".to_owned(), ..config() }), "TRUSTED_PROXIES");
        assert_eq!(refusal(&Config { edge_url: Some("edge".to_owned()), ..config() }), "EDGE_URL");
        assert_eq!(refusal(&Config { rate_limits: "messages=x".to_owned(), ..config() }), "RATE_LIMITS");
        assert_eq!(refusal(&Config { history_limit: 0, ..config() }), "HISTORY_LIMIT");
        assert_eq!(refusal(&Config { max_unread_bytes: 1024, ..config() }), "MAX_UNREAD_BYTES");
    }

    #[test]
    fn trusted_proxies_are_addresses_and_networks() {
        let config = Config { trusted_proxies: "10.0.0.0/8, 192.168.1.4,::1".to_owned(), ..config() };
        let proxies = config.check().ok().unwrap().trusted_proxies;
        let trusted = |address: &str| proxies.contains(address.parse().unwrap());
        assert!(trusted("10.1.2.3") && trusted("192.168.1.4") && trusted("::1"));
        assert!(!trusted("192.168.1.5"));
    }
}
