//! Where the store is, as every command is told.

use anyhow::{Result, bail};
use clap::Args;

/// Flags that name a store. Each also has an environment variable.
#[derive(Debug, Clone, Args)]
pub(crate) struct StoreFlags {
    /// The store: `https://…` or `http://…` (Upstash, or the gateway of a running `roomtalk up`), or `redis://…` or
    /// `rediss://…` (a Redis server). Without it: the embedded one in the data folder. `UPSTASH_REDIS_REST_URL` is an alias.
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    redis_url: Option<String>,

    /// Token of the store's REST endpoint. A gateway that is started here makes one of its own without it.
    /// `UPSTASH_REDIS_REST_TOKEN` is an alias.
    #[arg(long, env = "REDIS_TOKEN", hide_env_values = true)]
    redis_token: Option<String>,

    #[arg(long, hide = true, env = "UPSTASH_REDIS_REST_URL", hide_env_values = true)]
    upstash_redis_rest_url: Option<String>,

    #[arg(long, hide = true, env = "UPSTASH_REDIS_REST_TOKEN", hide_env_values = true)]
    upstash_redis_rest_token: Option<String>,
}

/// What the flags name.
pub(crate) enum Named<'a> {
    /// A REST endpoint, without a slash at its end, and its token.
    Rest { url: &'a str, token: &'a str },
    /// A Redis server, by `redis://…` or `rediss://…`.
    Redis(&'a str),
    /// The embedded store.
    Embedded,
}

impl StoreFlags {
    /// The store. An error says what is wrong with the flags.
    pub(crate) fn named(&self) -> Result<Named<'_>> {
        let url = first_set([&self.redis_url, &self.upstash_redis_rest_url]).filter(|url| *url != "embedded");
        let Some(url) = url else { return Ok(Named::Embedded) };
        match url.split_once("://") {
            Some(("http" | "https", _)) => {
                let Some(token) = self.token() else {
                    bail!("--redis-url is a REST endpoint, so --redis-token (or REDIS_TOKEN) must give its token");
                };
                Ok(Named::Rest { url: url.trim_end_matches('/'), token })
            }
            Some(("redis" | "rediss", _)) => Ok(Named::Redis(url)),
            _ => bail!("--redis-url must start with redis://, rediss://, http:// or https://"),
        }
    }

    /// Token of the store's REST endpoint.
    pub(crate) fn token(&self) -> Option<&str> {
        first_set([&self.redis_token, &self.upstash_redis_rest_token])
    }
}

/// The first that is set; an empty variable is as good as none.
pub(crate) fn first_set<const N: usize>(values: [&Option<String>; N]) -> Option<&str> {
    values.into_iter().filter_map(|value| value.as_deref()).find(|value| !value.is_empty())
}
