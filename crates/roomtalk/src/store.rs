//! The store behind everything: an address and a token, and the gateway where one is needed.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::{Context, Result};
use edge_host::LocalService;
use redis_gateway::{Fsync, Gateway, StoreChoice, token};
use traces::Tracer;

use crate::options::Up;
use crate::store_flags::Named;

/// The store as edge and hub see it.
pub(crate) struct Store {
    /// `http://…` or `https://…`.
    pub(crate) url: String,
    /// Bearer token of `url`.
    pub(crate) token: String,
    /// What it is, for people.
    pub(crate) name: String,
    gateway: Option<Gateway>,
}

impl Store {
    /// Starts the gateway on the embedded engine or on a Redis server, or takes a REST endpoint as it is.
    pub(crate) async fn start(options: &Up, tracer: Tracer) -> Result<Self> {
        let (choice, name) = match options.store.named()? {
            Named::Rest { url, token } => {
                return Ok(Self { url: url.to_owned(), token: token.to_owned(), name: url.to_owned(), gateway: None });
            }
            Named::Redis(url) => {
                (StoreChoice::Redis { url: url.to_owned() }, format!("the Redis server {}", without_password(url)))
            }
            Named::Embedded => {
                let folder = options.data_dir.join("store");
                let name = format!("embedded, in {}", folder.display());
                (StoreChoice::Embedded { dir: Some(folder), fsync: Fsync::Always }, name)
            }
        };
        let token = match options.store.token() {
            Some(token) => token.to_owned(),
            None => token::kept(&options.data_dir.join("redis-token"))?,
        };
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, options.redis_port));
        let config = redis_gateway::Config { tracer, ..redis_gateway::Config::new(listen, choice, token.clone()) };
        let gateway = Gateway::start(config).await.context("can't start the store gateway")?;
        let url = format!("http://{}", gateway.local_addr());
        Ok(Self { url, token, name, gateway: Some(gateway) })
    }

    /// The gateway as a service of this process, so that the edge needs no socket to reach it.
    pub(crate) fn local_services(&self) -> HashMap<String, LocalService> {
        let Some(gateway) = &self.gateway else { return HashMap::new() };
        let service = gateway.service();
        let call: LocalService = Arc::new(move |request| {
            let service = service.clone();
            Box::pin(async move { service.call(request).await })
        });
        HashMap::from([(gateway.local_addr().to_string(), call)])
    }

    /// Stops the gateway, last of all, since edge and hub write until they end.
    pub(crate) async fn shutdown(self) {
        if let Some(gateway) = self.gateway {
            gateway.shutdown().await;
        }
    }
}

/// A Redis address as it may be printed.
pub(crate) fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_printed_address_holds_no_password() {
        assert_eq!(without_password("redis://user:p@ss@host:6379/0"), "redis://…@host:6379/0");
        assert_eq!(without_password("redis://host:6379"), "redis://host:6379");
    }
}
