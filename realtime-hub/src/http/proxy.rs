//! Single-origin mode: what is not the hub's own goes to the edge.

use std::net::IpAddr;

use axum::body::Body;
use axum::extract::Request;
use domain::Code;
use http::header::{
    CONNECTION, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderName, HeaderValue, Response, Uri, Version};
use http_server::{TrustedProxies, remove_all};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;

use super::Peer;
use super::refusal::refuse;

/// Forwards requests and streams the answers.
#[derive(Clone)]
pub(crate) struct Proxy {
    client: Client<HttpsConnector<HttpConnector>, Body>,
    scheme: Scheme,
    authority: Authority,
    trusted: TrustedProxies,
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FLY_CLIENT_IP: HeaderName = HeaderName::from_static("fly-client-ip");

/// Headers that belong to one connection (RFC 9110, 7.6.1).
const HOP_BY_HOP: [HeaderName; 9] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

impl Proxy {
    /// A proxy to `edge` (`http(s)://host[:port]`). Peers in `trusted` are believed in what they say of the client.
    pub(crate) fn new(edge: &Uri, trusted: TrustedProxies) -> std::io::Result<Self> {
        let connector = HttpsConnectorBuilder::new().with_native_roots()?.https_or_http().enable_http1().build();
        let authority = edge.authority().cloned().ok_or_else(|| std::io::Error::other("no authority"))?;
        let scheme = edge.scheme().cloned().unwrap_or(Scheme::HTTP);
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(connector), scheme, authority, trusted })
    }

    /// The edge's answer; 502 when the edge can't be reached.
    pub(super) async fn forward(&self, mut request: Request) -> Response<Body> {
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
        let path = request.uri().path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path);
        let Ok(uri) = Uri::from_parts(parts) else { return bad_gateway(UNREACHABLE) };
        *request.uri_mut() = uri;
        *request.version_mut() = Version::HTTP_11;
        self.rewrite(request.headers_mut(), peer);
        match self.client.request(request).await {
            Ok(mut answer) => {
                remove_hop_by_hop(answer.headers_mut());
                answer.map(Body::new)
            }
            Err(error) => {
                tracing::warn!(%error, "the edge can't be reached");
                // Only what never had a connection was surely not done.
                bad_gateway(if error.is_connect() { UNREACHABLE } else { NO_ANSWER })
            }
        }
    }

    fn rewrite(&self, headers: &mut HeaderMap, peer: Option<IpAddr>) {
        remove_hop_by_hop(headers);
        // Spin's own headers tell a component its route and its client; nobody outside may write them.
        remove_all(headers, |name| name.starts_with("spin-"));
        if !peer.is_some_and(|peer| self.trusted.contains(peer)) {
            for name in [FORWARDED_FOR, FORWARDED_HOST, FORWARDED_PROTO, FLY_CLIENT_IP, http::header::FORWARDED] {
                headers.remove(name);
            }
        }
        if let Some(peer) = peer {
            let mut chain: Vec<_> =
                headers.get_all(&FORWARDED_FOR).iter().filter_map(|v| v.to_str().ok()).map(str::to_owned).collect();
            chain.push(peer.to_string());
            if let Ok(chain) = HeaderValue::from_str(&chain.join(", ")) {
                headers.insert(FORWARDED_FOR, chain);
            }
        }
        // Host stays as the client said it: the edge compares it with Origin and makes links from it.
        if let Some(host) = headers.get(HOST).cloned() {
            headers.entry(FORWARDED_HOST).or_insert(host);
        }
        headers.entry(FORWARDED_PROTO).or_insert(HeaderValue::from_static("http"));
    }
}

/// The edge was not asked.
const UNREACHABLE: (Code, &str) = (Code::StoreUnavailable, "The edge can't be reached; nothing was saved");
/// The edge was asked and did not answer.
const NO_ANSWER: (Code, &str) =
    (Code::OutcomeUnknown, "The edge did not answer; the change may appear. Retry with the same id");

fn bad_gateway((code, why): (Code, &'static str)) -> Response<Body> {
    let mut response = refuse(&domain::Error::new(code, why));
    *response.status_mut() = http::StatusCode::BAD_GATEWAY;
    response
}

fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in HOP_BY_HOP.into_iter().chain(named) {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(trusted: &str, peer: &str, sent: &[(&'static str, &'static str)]) -> HeaderMap {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let proxy = Proxy::new(&Uri::from_static("http://edge"), trusted.parse().unwrap()).unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        proxy.rewrite(&mut headers, Some(peer.parse().unwrap()));
        headers
    }

    #[test]
    fn what_a_stranger_says_of_itself_is_dropped() {
        let sent =
            [("x-forwarded-for", "1.1.1.1"), ("fly-client-ip", "1.1.1.1"), ("spin-full-url", "x"), ("host", "h")];
        let headers = rewritten("", "9.9.9.9", &sent);
        assert_eq!(headers["x-forwarded-for"], "9.9.9.9");
        assert_eq!(headers["x-forwarded-host"], "h");
        assert!(!headers.contains_key("fly-client-ip") && !headers.contains_key("spin-full-url"));
    }

    #[test]
    fn what_a_trusted_proxy_says_is_continued() {
        let sent = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-proto", "https")];
        let headers = rewritten("10.0.0.0/8", "10.0.0.2", &sent);
        assert_eq!(headers["x-forwarded-for"], "1.1.1.1, 10.0.0.2");
        assert_eq!(headers["x-forwarded-proto"], "https");
    }

    #[test]
    fn headers_of_one_connection_go_no_further() {
        let sent = [("connection", "close, x-mine"), ("x-mine", "1"), ("te", "trailers"), ("accept", "*/*")];
        let headers = rewritten("", "9.9.9.9", &sent);
        assert!(["connection", "x-mine", "te"].iter().all(|name| !headers.contains_key(*name)));
        assert_eq!(headers["accept"], "*/*");
    }
}
