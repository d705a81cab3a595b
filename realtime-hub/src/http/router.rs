//! Which path goes where.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::routing::get;
use http::Response;
use tower::ServiceExt;

use super::engine::{self, Guard};
use super::health;
use super::proxy::Proxy;
use super::refusal::refuse;
use crate::hub::Shared;

/// All that the hub answers.
#[derive(Clone)]
pub(crate) struct App {
    guard: Guard,
    own: Router,
}

impl App {
    /// The engine's paths, the hub's own, and everything else goes to the edge, where one is configured.
    pub(crate) fn new(hub: Shared, guard: Guard, proxy: Option<Proxy>) -> Self {
        let own = Router::new()
            .route("/healthz", get(health::healthz))
            .route("/readyz", get(health::readyz))
            .route("/metrics", get(health::metrics))
            .with_state(hub);
        let own = match proxy {
            Some(proxy) => own.fallback(move |request: Request| async move { proxy.forward(request).await }),
            None => own.fallback(not_found),
        };
        Self { guard, own }
    }

    pub(super) async fn answer(self, request: Request) -> Result<Response<Body>, Infallible> {
        if engine::is_engine_path(request.uri().path()) {
            return Ok(self.guard.answer(request).await);
        }
        self.own.oneshot(request).await
    }
}

async fn not_found() -> Response<Body> {
    refuse(&domain::Error::new(domain::Code::NotFound, "Not found"))
}
