//! What happens to a request before the Socket.IO engine sees it, and to its answer.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use http::header::{ORIGIN, RETRY_AFTER};
use http::{HeaderValue, Method, Response};
use http_server::{Addresses, TrustedProxies};
use socketio::Engine;

use super::refusal::refuse;
use super::{Origins, Peer};

/// After so long a client whose address has too many sessions may try again.
const CROWDED: Duration = Duration::from_secs(5);

pub(super) fn is_engine_path(path: &str) -> bool {
    path.strip_prefix("/socket.io").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Stands before the engine: lets only allowed pages in, and no more sessions of an address than it may have.
#[derive(Clone)]
pub(crate) struct Guard {
    origins: Origins,
    engine: Engine,
    sessions: Addresses,
    proxies: TrustedProxies,
    fly: bool,
}

impl Guard {
    /// `sessions` counts them by their clients' addresses; `fly`: whether a trusted proxy's `Fly-Client-IP` comes first.
    pub(crate) fn new(
        origins: Origins,
        engine: Engine,
        sessions: Addresses,
        proxies: TrustedProxies,
        fly: bool,
    ) -> Self {
        Self { origins, engine, sessions, proxies, fly }
    }

    pub(super) async fn answer(&self, mut request: Request) -> Response<Body> {
        if let Some(refusal) = self.origins.refusal(request.headers()) {
            return refusal;
        }
        let origin = request.headers().get(ORIGIN).cloned();
        if request.method() == Method::OPTIONS {
            return Origins::preflight(request.headers());
        }
        let mut opener = None;
        if socketio::opens_session(request.uri().query()) {
            let peer = request.extensions().get::<Peer>().copied();
            let address = peer.map(|Peer(peer)| self.proxies.client(peer, self.fly, request.headers_mut()).ip());
            // A long-polling session outlives its connections, and a proxy's connections are not counted.
            let place = address.map(|address| self.sessions.enter(address));
            if let Some(None) = place {
                return crowded(origin.as_ref());
            }
            opener = Some(socketio::Peer { address, held: place.flatten().map(|place| Box::new(place) as _) });
        }
        let mut response = self.engine.answer(request, opener).await.map(Body::new);
        Origins::mark(response.headers_mut(), origin.as_ref());
        response
    }
}

fn crowded(origin: Option<&HeaderValue>) -> Response<Body> {
    let mut response = refuse(&domain::Error::rate_limited("sessions of this address", CROWDED));
    response.headers_mut().insert(RETRY_AFTER, CROWDED.as_secs().into());
    Origins::mark(response.headers_mut(), origin);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_engines_own_path_is_guarded() {
        assert!(is_engine_path("/socket.io") && is_engine_path("/socket.io/"));
        assert!(!is_engine_path("/socket.io-admin") && !is_engine_path("/"));
    }
}
