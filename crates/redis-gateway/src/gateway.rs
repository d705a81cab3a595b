//! A running gateway.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::http::{Guard, Server, serve};
use crate::store::Store;
use crate::{Config, Error};

/// A gateway that serves until it is shut down or dropped.
pub struct Gateway {
    address: SocketAddr,
    server: Arc<Server>,
    serving: JoinHandle<()>,
    stop: DropGuard,
}

impl Gateway {
    /// Binds, opens the store and serves in tasks of the current runtime. A Redis server that is down does not keep the
    /// gateway from starting.
    pub async fn start(config: Config) -> Result<Self, Error> {
        if config.token.is_empty() {
            return Err(Error::EmptyToken);
        }
        let listen_error = |source| Error::Listen { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(listen_error)?;
        let address = listener.local_addr().map_err(listen_error)?;
        let store = Store::open(config.store).await?;
        let guard = Guard::new(address, config.allowed_hosts);
        let stop = CancellationToken::new();
        let server = Arc::new(Server::new(store, config.token, guard, config.tracer, stop.clone()));
        let serving = tokio::spawn(serve::serve(listener, Arc::clone(&server), stop.clone()));
        Ok(Self { address, server, serving, stop: stop.drop_guard() })
    }

    /// The address it listens on.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The gateway without the network, for callers in the same process.
    pub fn service(&self) -> Service {
        Service(Arc::clone(&self.server))
    }

    /// Stops accepting, ends the streams, lets requests in work end, and returns when all have, after 5 s at most.
    pub async fn shutdown(self) {
        drop(self.stop);
        if let Err(error) = self.serving.await {
            tracing::error!(%error, "the gateway did not end cleanly");
        }
        if let Err(error) = self.server.close().await {
            tracing::error!(%error, "the store did not close cleanly");
        }
    }
}

/// Answers requests without a socket. Everything but the streams is there, and the token is needed as well.
#[derive(Clone)]
pub struct Service(Arc<Server>);

impl Service {
    /// Answers one request.
    pub async fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        self.0.call(request).await
    }
}
