//! Reaching the store for a command that ends by itself.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use redis_gateway::{Fsync, Gateway, StoreChoice, token};
use store::{ReqwestTransport, Store, StoreConfig};

use crate::store_flags::{Named, StoreFlags};

/// Nobody waits at a page: a slow answer is better than none.
const DEADLINE: Duration = Duration::from_secs(30);

/// Where the store is.
#[derive(Debug, Clone, Args)]
pub(crate) struct Place {
    #[command(flatten)]
    store: StoreFlags,

    /// Folder of the embedded store, which nothing else may have open.
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
        let (url, token, gateway) = match self.store.named()? {
            Named::Rest { url, token } => (url.to_owned(), token.to_owned(), None),
            Named::Redis(url) => Behind::start(StoreChoice::Redis { url: url.to_owned() }).await?.parts(),
            Named::Embedded => {
                let started = Behind::start(self.embedded(missing)?).await.with_context(|| {
                    format!(
                        "can't open the store in {}; if `roomtalk up` is running there, end it, or go through it with \
                         --redis-url http://127.0.0.1:3013 --redis-token and what {} holds",
                        self.data_dir.display(),
                        self.data_dir.join("redis-token").display()
                    )
                })?;
                started.parts()
            }
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

/// A store behind a gateway for this command alone, on a free port of this machine.
pub(crate) struct Behind {
    /// `http://…`
    pub(crate) url: String,
    pub(crate) token: String,
    pub(crate) gateway: Gateway,
}

impl Behind {
    pub(crate) async fn start(store: StoreChoice) -> Result<Self> {
        let token = token::random().context("can't make a token")?;
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let config = redis_gateway::Config::new(listen, store, token.clone());
        let gateway = Gateway::start(config).await?;
        Ok(Self { url: format!("http://{}", gateway.local_addr()), token, gateway })
    }

    fn parts(self) -> (String, String, Option<Gateway>) {
        (self.url, self.token, Some(self.gateway))
    }
}
