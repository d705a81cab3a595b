//! Accepting connections, until told to stop.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http_server::{Limits, PerAddress};
use hyper::service::service_fn;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::Server;

fn limits() -> Limits {
    Limits {
        connections: 4096,
        // Its clients are few, and known by its token.
        per_address: PerAddress::default(),
        header_timeout: Duration::from_secs(10),
        unread: Duration::from_secs(30),
        head_bytes: 64 * 1024,
        grace: Duration::from_secs(4),
    }
}

/// Serves until `stop`; then ends streams, lets requests in work end, and drops what is left after 4 s.
pub(crate) async fn serve(listener: TcpListener, server: Arc<Server>, stop: CancellationToken) {
    http_server::serve(listener, limits(), stop, |tcp, _| {
        let server = Arc::clone(&server);
        let service = service_fn(move |request| {
            let server = Arc::clone(&server);
            async move { Ok::<_, Infallible>(server.handle(request).await) }
        });
        (tcp, service, ())
    })
    .await;
}
