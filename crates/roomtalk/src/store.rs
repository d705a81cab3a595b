//! The store behind everything: an address and a token, and the gateway where one is needed.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use edge_host::LocalService;
use redis_gateway::{Fsync, Gateway, StoreChoice, token};

use crate::options::Up;

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
    pub(crate) async fn start(options: &Up) -> Result<Self> {
        let choice = match options.redis_url() {
            Some(url) if url.starts_with("https://") || url.starts_with("http://") => {
                let Some(token) = options.redis_token() else {
                    bail!("--redis-url is a REST endpoint, so --redis-token (or REDIS_TOKEN) must give its token");
                };
                let url = url.trim_end_matches('/').to_owned();
                return Ok(Self { name: url.clone(), url, token: token.to_owned(), gateway: None });
            }
            Some(url) if url.starts_with("redis://") || url.starts_with("rediss://") => {
                StoreChoice::Redis { url: url.to_owned() }
            }
            Some(_) => bail!("--redis-url must start with redis://, rediss://, http:// or https://"),
            None => StoreChoice::Embedded { dir: Some(options.data_dir.join("store")), fsync: Fsync::Always },
        };
        let name = match &choice {
            StoreChoice::Embedded { .. } => format!("embedded, in {}", options.data_dir.join("store").display()),
            StoreChoice::Redis { url } => format!("the Redis server {}", without_password(url)),
        };
        let token = match options.redis_token() {
            Some(token) => token.to_owned(),
            None => token::kept(&options.data_dir.join("redis-token"))?,
        };
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, options.redis_port));
        let config = redis_gateway::Config { listen, store: choice, token: token.clone(), allowed_hosts: Vec::new() };
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
