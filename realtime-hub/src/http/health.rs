//! What a platform asks of the hub.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use http::header;
use serde::Serialize;
use tokio::task::spawn_blocking;

use crate::hub::Shared;
use metrics::CONTENT_TYPE;

/// The process is alive.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

#[derive(Serialize)]
pub(super) struct Readiness {
    ready: bool,
    /// `connected` or `disconnected`.
    store: &'static str,
    /// `live` or `down`.
    stream: &'static str,
    /// What RoomTalk needs and this store does not do.
    lacks: Vec<String>,
}

/// 200 when sockets are served as promised: the store answers, the event stream is live, nothing is missing in the
/// store, and the hub is not on its way out. Else 503 with the same fields.
pub(super) async fn readyz(State(hub): State<Shared>) -> (StatusCode, Json<Readiness>) {
    let reachable = hub.store_reachable().await;
    let live = hub.stream_live();
    let lacks = hub.store_lacks();
    let ready = reachable && live && lacks.is_empty() && !hub.stopping.is_cancelled();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let readiness = Readiness {
        ready,
        store: if reachable { "connected" } else { "disconnected" },
        stream: if live { "live" } else { "down" },
        lacks,
    };
    (status, Json(readiness))
}

/// Prometheus text format.
pub(super) async fn metrics(State(hub): State<Shared>) -> ([(http::HeaderName, &'static str); 1], String) {
    hub.metrics.unread.set(hub.engine.waiting());
    hub.metrics.stream_live.set(hub.stream_live().into());
    hub.metrics.slow_closes.set(hub.engine.slow_closes());
    // It reads files, which no socket should wait for.
    let text = spawn_blocking(move || hub.metrics.text()).await.unwrap_or_default();
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], text)
}
