//! The accept loop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::Request;
use http_server::{Limits, PerAddress};
use hyper::body::Incoming;
use hyper::service::service_fn;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::App;
use crate::metrics::Metrics;

/// Connections whose client has vanished without a word are found out by the kernel after about this time.
const KEEPALIVE: Duration = Duration::from_mins(1);

/// Who is at the other end of the connection that a request came by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Counts a connection for as long as it lives; also while it is a WebSocket.
struct Counted(Arc<Metrics>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.connections.down();
    }
}

/// Serves until `stop`, then finishes what was begun; returns when the last connection is closed.
pub(crate) async fn serve(
    listener: TcpListener,
    app: App,
    (max_connections, per_address): (usize, PerAddress),
    metrics: Arc<Metrics>,
    stop: CancellationToken,
) {
    let limits = Limits {
        connections: max_connections,
        per_address,
        header_timeout: Duration::from_secs(10),
        unread: Duration::from_secs(30),
        head_bytes: 16 * 1024,
        grace: Duration::from_secs(4),
    };
    http_server::serve(listener, limits, stop, |tcp, peer| {
        let keepalive = socket2::TcpKeepalive::new().with_time(KEEPALIVE);
        if let Err(error) = socket2::SockRef::from(&tcp).set_tcp_keepalive(&keepalive) {
            tracing::debug!(%error, "can't set TCP keep-alive");
        }
        metrics.connections.up();
        let app = app.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            app.clone().answer(request.map(Body::new))
        });
        (tcp, service, Counted(metrics.clone()))
    })
    .await;
}
