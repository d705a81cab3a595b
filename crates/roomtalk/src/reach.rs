//! Reaching the store for a command that ends by itself.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use redis_gateway::{Fsync, Gateway, StoreChoice};
use store::{ReqwestTransport, Store, StoreConfig};

/// Nobody waits at a page: a slow answer is better than none.
const DEADLINE: Duration = Duration::from_secs(30);

/// Where the store is.
#[derive(Debug, Clone, Args)]
pub(crate) struct Place {
    /// The store: `https://…` or `http://…` (Upstash, or the gateway of a running `roomtalk up`), or `redis://…` or
    /// `rediss://…` (a Redis server). Without it: the embedded one in the data folder, which nothing else may have open.
    /// `UPSTASH_REDIS_REST_URL` is an alias.
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    redis_url: Option<String>,

    /// Token of the store's REST endpoint. `UPSTASH_REDIS_REST_TOKEN` is an alias.
    #[arg(long, env = "REDIS_TOKEN", hide_env_values = true)]
    redis_token: Option<String>,

    #[arg(long, hide = true, env = "UPSTASH_REDIS_REST_URL", hide_env_values = true)]
    upstash_redis_rest_url: Option<String>,

    #[arg(long, hide = true, env = "UPSTASH_REDIS_REST_TOKEN", hide_env_values = true)]
    upstash_redis_rest_token: Option<String>,

    /// Folder of the embedded store.
    #[arg(long, default_value = ".roomtalk", env = "DATA_DIR")]
    data_dir: PathBuf,
}

/// The store, and the gateway that it is reached by where one is needed.
pub(crate) struct Reached {
    pub(crate) store: Store<ReqwestTransport>,
    gateway: Option<Gateway>,
}

/// What to do when the embedded store is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Make it.
    Make,
    /// Say so.
    Refuse,
}

impl Place {
    /// Reaches the store, keeping `history` entries per room where something is appended.
    pub(crate) async fn reach(&self, history: u64, missing: Missing) -> Result<Reached> {
        let given = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
        let url = given(&self.redis_url).or_else(|| given(&self.upstash_redis_rest_url));
        let token = given(&self.redis_token).or_else(|| given(&self.upstash_redis_rest_token));
        let (url, token, gateway) = match url.filter(|url| url != "embedded") {
            Some(url) if url.starts_with("https://") || url.starts_with("http://") => {
                let Some(token) = token else {
                    bail!("--redis-url is a REST endpoint, so --redis-token (or REDIS_TOKEN) must give its token");
                };
                (url, token, None)
            }
            Some(url) if url.starts_with("redis://") || url.starts_with("rediss://") => {
                behind_a_gateway(StoreChoice::Redis { url }).await?
            }
            Some(_) => bail!("--redis-url must start with redis://, rediss://, http:// or https://"),
            None => behind_a_gateway(self.embedded(missing)?).await.with_context(|| {
                format!(
                    "can't open the store in {}; if `roomtalk up` is running there, end it, or go through it with \
                     --redis-url http://127.0.0.1:3013 --redis-token and what {} holds",
                    self.data_dir.display(),
                    self.data_dir.join("redis-token").display()
                )
            })?,
        };
        let config = StoreConfig { url, token, history, deadline: DEADLINE };
        Ok(Reached { store: Store::new(ReqwestTransport::new()?, config), gateway })
    }

    fn embedded(&self, missing: Missing) -> Result<StoreChoice> {
        let folder = self.data_dir.join("store");
        if missing == Missing::Refuse && !folder.is_dir() {
            bail!("there is no store in {}; name it with --data-dir or --redis-url", self.data_dir.display());
        }
        crate::files::make_data_dir(&self.data_dir)?;
        Ok(StoreChoice::Embedded { dir: Some(folder), fsync: Fsync::Always })
    }
}

impl Reached {
    /// Ends the gateway once all that was written is kept.
    pub(crate) async fn leave(self) {
        if let Some(gateway) = self.gateway {
            gateway.shutdown().await;
        }
    }
}

/// A gateway for this command alone, on a free port of this machine.
async fn behind_a_gateway(choice: StoreChoice) -> Result<(String, String, Option<Gateway>)> {
    // As random as a new client's id: nobody else has to know it.
    let token = domain::ClientId::issue()?.to_string();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let config = redis_gateway::Config { listen, store: choice, token: token.clone(), allowed_hosts: Vec::new() };
    let gateway = Gateway::start(config).await?;
    Ok((format!("http://{}", gateway.local_addr()), token, Some(gateway)))
}
