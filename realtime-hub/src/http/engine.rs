//! What happens to a request before and after the Socket.IO engine sees it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use http::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, ORIGIN, RETRY_AFTER, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, HeaderName, Method, Response, StatusCode};
use http_body::Body as _;
use http_server::{Addresses, Counted, TrustedProxies};

use super::refusal::refuse;
use super::{Line, Origins, Peer};
use crate::sockets::Queues;

/// Who sends a session's events, when a proxy stands in between.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client(pub(crate) IpAddr);

/// A session's place among those of its address; held by the request that opened the session, and so for as long as it.
#[derive(Clone)]
struct Place {
    _counted: Arc<Counted>,
}

/// After so long a client whose address has too many sessions may try again.
const CROWDED: Duration = Duration::from_secs(5);

pub(super) fn is_engine_path(path: &str) -> bool {
    path.strip_prefix("/socket.io").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Stands before the engine: lets only allowed pages in and no more sessions of an address than it may have, keeps the
/// requests that sessions hold small, and tells the sessions' queues what left by long-polling.
#[derive(Clone)]
pub(crate) struct Guard {
    origins: Origins,
    queues: Queues,
    sessions: Addresses,
    proxies: TrustedProxies,
    fly: bool,
}

impl Guard {
    /// `sessions` counts them by their clients' addresses; `fly`: whether a trusted proxy's `Fly-Client-IP` comes first.
    pub(crate) fn new(
        origins: Origins,
        queues: Queues,
        sessions: Addresses,
        proxies: TrustedProxies,
        fly: bool,
    ) -> Self {
        Self { origins, queues, sessions, proxies, fly }
    }

    pub(super) async fn pass(
        &self,
        mut request: Request,
        engine: impl AsyncFnOnce(Request) -> Response<Body>,
    ) -> Response<Body> {
        if let Some(refusal) = self.origins.refusal(request.headers()) {
            return refusal;
        }
        let origin = request.headers().get(ORIGIN).cloned();
        if request.method() == Method::OPTIONS {
            return Origins::preflight(request.headers());
        }
        let upgrades = request.headers().contains_key(UPGRADE);
        let sid = parameter(request.uri().query(), "sid");
        let opens = sid.is_none();
        let session = sid.and_then(|sid| self.queues.find(sid));
        if let Some(queue) = &session {
            if queue.is_closed() {
                return unknown_session(origin.as_ref());
            }
            if upgrades && let Some(line) = request.extensions().get::<Line>() {
                queue.attach(line.clone());
            }
        }
        if !upgrades {
            // A polling session outlives the connection that opened it and must not keep it open.
            request.extensions_mut().remove::<Line>();
        }
        if let Some(Peer(peer)) = request.extensions().get::<Peer>().copied() {
            let client = self.proxies.client(peer, self.fly, request.headers_mut());
            request.extensions_mut().insert(Client(client.ip()));
            if opens {
                // A long-polling session outlives its connections, and a proxy's connections are not counted.
                let Some(counted) = self.sessions.enter(client.ip()) else { return crowded(origin.as_ref()) };
                request.extensions_mut().insert(Place { _counted: Arc::new(counted) });
            }
        }
        // A session keeps the request that opened it for as long as it lives.
        strip(request.headers_mut());
        let polls = request.method() == Method::GET;
        let mut response = engine(request).await;
        if let Some(queue) = session
            && polls
            && let Some(bytes) = response.body().size_hint().exact()
        {
            queue.sent(bytes);
        }
        Origins::mark(response.headers_mut(), origin.as_ref());
        response
    }
}

fn crowded(origin: Option<&http::HeaderValue>) -> Response<Body> {
    let mut response = refuse(&domain::Error::rate_limited("sessions of this address", CROWDED));
    response.headers_mut().insert(RETRY_AFTER, CROWDED.as_secs().into());
    Origins::mark(response.headers_mut(), origin);
    response
}

/// The engine's own answer to a session that is gone: the client opens a new one.
fn unknown_session(origin: Option<&http::HeaderValue>) -> Response<Body> {
    let mut response = Response::new(Body::from(r#"{"code":1,"message":"Session ID unknown"}"#));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    Origins::mark(response.headers_mut(), origin);
    response
}

const NEEDED: [HeaderName; 6] =
    [CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE];

fn strip(headers: &mut HeaderMap) {
    let needed: Vec<_> = NEEDED.into_iter().filter_map(|name| headers.remove(&name).map(|v| (name, v))).collect();
    *headers = needed.into_iter().collect();
}

fn parameter<'a>(query: Option<&'a str>, name: &str) -> Option<&'a str> {
    query?.split('&').filter_map(|pair| pair.split_once('=')).find(|(n, _)| *n == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_engines_own_path_is_guarded() {
        assert!(is_engine_path("/socket.io") && is_engine_path("/socket.io/"));
        assert!(!is_engine_path("/socket.io-admin") && !is_engine_path("/"));
    }

    #[test]
    fn parameters_are_found_by_their_whole_name() {
        assert_eq!(parameter(Some("xsid=1&sid=2&t"), "sid"), Some("2"));
        assert_eq!(parameter(Some("transport=polling"), "sid"), None);
        assert_eq!(parameter(None, "sid"), None);
    }

    #[test]
    fn a_session_keeps_no_header_that_the_engine_does_not_need() {
        let mut headers = HeaderMap::new();
        for name in ["cookie", "upgrade", "user-agent", "sec-websocket-key"] {
            headers.insert(HeaderName::from_static(name), http::HeaderValue::from_static("x"));
        }
        strip(&mut headers);
        let mut names: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["sec-websocket-key", "upgrade"]);
    }
}
