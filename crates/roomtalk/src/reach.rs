//! Reaching the store for a command that ends by itself.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use redis_gateway::{Fsync, Gateway, StoreChoice, token};
use store::{ReqwestTransport, Store, StoreConfig};

use crate::store::without_password;
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
        let Endpoint { url, token, gateway } = self.open(missing).await?;
        let config = StoreConfig { url, token, history, deadline: DEADLINE };
        Ok(Reached { store: Store::new(ReqwestTransport::new()?, config), gateway })
    }

    /// The store's REST endpoint, behind a gateway of this command where it has none of its own.
    pub(crate) async fn open(&self, missing: Missing) -> Result<Endpoint> {
        match self.store.named()? {
            Named::Rest { url, token } => Ok(Endpoint { url: url.to_owned(), token: token.to_owned(), gateway: None }),
            Named::Redis(url) => Endpoint::start(StoreChoice::Redis { url: url.to_owned() })
                .await
                .context("can't start a gateway for --redis-url"),
            Named::Embedded => Endpoint::start(self.embedded(missing)?).await.with_context(|| {
                format!(
                    "can't open the store in {}; if `roomtalk up` is running there, end it, or go through it with \
                     --redis-url http://127.0.0.1:3013 --redis-token and what {} holds",
                    self.data_dir.display(),
                    self.data_dir.join("redis-token").display()
                )
            }),
        }
    }

    /// The store as a person knows it, without its secrets.
    pub(crate) fn name(&self) -> Result<String> {
        Ok(match self.store.named()? {
            Named::Rest { url, .. } => without_password(url),
            Named::Redis(url) => format!("{}, through a gateway as `roomtalk up` starts it", without_password(url)),
            Named::Embedded => format!("the embedded store in {}", self.data_dir.display()),
        })
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

/// Where a command speaks to the store.
pub(crate) struct Endpoint {
    /// `http://…` or `https://…`
    pub(crate) url: String,
    pub(crate) token: String,
    /// For this command alone, on a free port of this machine.
    pub(crate) gateway: Option<Gateway>,
}

impl Endpoint {
    async fn start(store: StoreChoice) -> Result<Self> {
        let token = token::random().context("can't make a token")?;
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let gateway = Gateway::start(redis_gateway::Config::new(listen, store, token.clone())).await?;
        Ok(Self { url: format!("http://{}", gateway.local_addr()), token, gateway: Some(gateway) })
    }
}
