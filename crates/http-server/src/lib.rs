//! The accept loop of RoomTalk's servers: HTTP/1.1 with bounds on connections, on the time that a request's head may
//! take, and on the time that a client may leave an answer unread.

mod addresses;
mod proxies;
mod stall;

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use addresses::{Addresses, Counted, PerAddress};
pub use proxies::{InvalidNetwork, TrustedProxies, remove_all};
use stall::Stall;

/// What a client may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at once; further ones wait in the kernel's queue, which is where a flood is cheapest.
    pub connections: usize,
    /// Connections of one address at once; further ones are closed unanswered.
    pub per_address: PerAddress,
    /// How long the head of a request may take to arrive, and how long a connection may stay idle.
    pub header_timeout: Duration,
    /// How long a client may leave what it is sent unread, also after an upgrade; then its connection ends.
    pub unread: Duration,
    /// Most bytes in the head of a request; beyond it 431.
    pub head_bytes: usize,
    /// How long requests under way have to end after a stop; connections that are left then are dropped.
    pub grace: Duration,
}

/// Serves until `stop`: then accepts nothing more, lets requests under way end, and returns when all connections have
/// ended, after [`Limits::grace`] at most.
///
/// `open` makes of each connection what is read and written, the service that answers, and what is dropped when the
/// connection ends. A connection that a service
/// has upgraded keeps its place among [`Limits::connections`] until it ends.
pub async fn serve<IO, S, B, H>(
    listener: TcpListener,
    limits: Limits,
    stop: CancellationToken,
    mut open: impl FnMut(TcpStream, SocketAddr) -> (IO, S, H),
) where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Send> + Send + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
    H: Unpin + Send + 'static,
{
    let places = Arc::new(Semaphore::new(limits.connections));
    let addresses = Addresses::new(limits.per_address.clone());
    let connections = TaskTracker::new();
    let drop_all = CancellationToken::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some((tcp, peer, place)) = accepted else { continue };
        let Some(counted) = addresses.enter(peer.ip()) else {
            tracing::debug!("closing a connection of an address that has too many");
            continue;
        };
        if let Err(error) = tcp.set_nodelay(true) {
            tracing::debug!(%error, "can't set TCP_NODELAY");
        }
        let (io, service, held) = open(tcp, peer);
        let io = Stall::new(io, limits.unread, (place, counted, held));
        let connection = connection(io, service, limits.clone(), stop.clone());
        connections.spawn(drop_all.clone().run_until_cancelled_owned(connection));
    }
    drop(listener);
    connections.close();
    if timeout(limits.grace, connections.wait()).await.is_err() {
        tracing::warn!(left = connections.len(), "dropping connections that did not end in time");
        drop_all.cancel();
        connections.wait().await;
    }
}

/// Waits for a place, then for a connection. `None`: accepting failed.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((tcp, peer)) => Some((tcp, peer, place)),
        Err(error) => {
            // Out of file descriptors, most likely: accepting again at once would spin.
            tracing::warn!(%error, "can't accept a connection");
            sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

async fn connection<IO, S, B>(io: IO, service: S, limits: Limits, stop: CancellationToken)
where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Send> + Send + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_buf_size(limits.head_bytes)
        .serve_connection(TokioIo::new(io), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests;
