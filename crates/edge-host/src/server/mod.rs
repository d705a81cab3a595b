//! The HTTP/1.1 server: accepts connections, and bounds what each may take.

mod answer;
mod body;
mod headers;
mod service;

use std::{convert::Infallible, sync::Arc, time::Duration};

use http_server::{Limits, PerAddress};
use hyper::service::service_fn;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::App;

/// A request's head fits in this many bytes, or it is answered with 431.
const LARGEST_HEAD: usize = 64 << 10;

/// Serves until `ending`, and then for at most `grace` more, until the requests under way have ended.
pub(crate) async fn serve(listener: TcpListener, app: Arc<App>, ending: CancellationToken, grace: Duration) {
    let limits = Limits {
        connections: app.limits.connections,
        per_address: PerAddress {
            most: app.limits.connections_per_address,
            loopback: app.limits.count_loopback,
            exempt: app.trusted_proxies.clone(),
        },
        header_timeout: app.limits.header_timeout,
        unread: app.limits.write_timeout,
        head_bytes: LARGEST_HEAD,
        grace,
    };
    http_server::serve(listener, limits, ending, |tcp, peer| {
        let app = app.clone();
        let service = service_fn(move |request| {
            let app = app.clone();
            async move { Ok::<_, Infallible>(service::handle(&app, peer, request).await) }
        });
        (tcp, service, ())
    })
    .await;
}
