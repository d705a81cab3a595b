//! Which path goes where.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::routing::get;
use http::Response;
use http::header::CONTENT_TYPE;
use socketioxide::layer::SocketIoLayer;
use socketioxide::service::SocketIoService;
use tower::{Layer, ServiceExt};

use super::engine::{self, Guard};
use super::health;
use super::proxy::Proxy;
use super::refusal::refuse;
use crate::hub::Shared;

/// All that the hub answers.
#[derive(Clone)]
pub(crate) struct App {
    guard: Guard,
    /// The Socket.IO engine around the hub's routes.
    ///
    /// It is wrapped here, once, and not with [`Router::layer`]: a router applies its layers to its fallback anew for
    /// each request, and each application is an engine with sessions of its own.
    engine: SocketIoService<Router>,
}

impl App {
    /// The hub's routes; everything else goes to the edge, where one is configured.
    pub(crate) fn new(hub: Shared, engine: &SocketIoLayer, guard: Guard, proxy: Option<Proxy>) -> Self {
        let own = Router::new()
            .route("/healthz", get(health::healthz))
            .route("/readyz", get(health::readyz))
            .route("/metrics", get(health::metrics))
            .with_state(hub);
        let own = match proxy {
            Some(proxy) => own.fallback(move |request: Request| async move { proxy.forward(request).await }),
            None => own.fallback(not_found),
        };
        Self { guard, engine: engine.layer(own) }
    }

    /// Ends a long-polling session as its client would, by the engine's close packet. The engine has no other way to end
    /// one session, and without this it keeps what is queued for it until the heartbeat fails, for up to 85 s.
    pub(crate) async fn close_poll(&self, sid: &str) {
        let uri = format!("/socket.io/?EIO=4&transport=polling&sid={sid}");
        let request = Request::post(uri).header(CONTENT_TYPE, "text/plain; charset=UTF-8").body(Body::from("1"));
        // The sid is the engine's own, so the address is well formed; and a session that has ended needs no end.
        if let Ok(request) = request {
            let _ = self.engine.clone().oneshot(request).await;
        }
    }

    pub(super) async fn answer(self, request: Request) -> Result<Response<Body>, Infallible> {
        let Self { guard, engine } = self;
        let is_engines = engine::is_engine_path(request.uri().path());
        let answer = async move |request: Request| match engine.oneshot(request).await {
            Ok(response) => response.map(Body::new),
        };
        Ok(if is_engines { guard.pass(request, answer).await } else { answer(request).await })
    }
}

async fn not_found() -> Response<Body> {
    refuse(&domain::Error::new(domain::Code::NotFound, "Not found"))
}
