//! Keeps web pages away from a gateway on the visitor's own machine.
//!
//! A page on any site can make its visitor's browser send requests to 127.0.0.1, and can make a name of its own point there
//! (DNS rebinding). The token keeps it from doing anything; this keeps it from trying.

use std::net::{IpAddr, SocketAddr};

use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, Uri};

/// Who may be named in `Host` and `Origin`.
#[derive(Debug)]
pub(crate) struct Guard {
    listen: SocketAddr,
    allowed: Vec<String>,
}

impl Guard {
    /// Allows loopback names, the listening address itself, and the hosts listed (without port, or with one to allow only that).
    pub(crate) fn new(listen: SocketAddr, allowed: Vec<String>) -> Self {
        Self { listen, allowed: allowed.into_iter().map(|host| host.to_ascii_lowercase()).collect() }
    }

    /// The reason to refuse a request, or nothing.
    pub(super) fn refusal(&self, uri: &Uri, headers: &HeaderMap) -> Option<&'static str> {
        let host = match headers.get(HOST) {
            // A header that is no address matches nothing.
            Some(value) => Some(value.to_str().ok().and_then(|host| host.parse::<Authority>().ok())),
            None => uri.authority().cloned().map(Some),
        };
        match &host {
            Some(Some(host)) if self.is_ours(host) => {}
            // Browsers always send it, so nobody was led here by a name.
            None => {}
            _ => return Some("ERR this Host is not allowed here; list it with --allowed-host"),
        }
        if let Some(origin) = headers.get(ORIGIN) {
            let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://")?.1.parse::<Authority>().ok());
            let allowed = origin.is_some_and(|origin| host == Some(Some(origin.clone())) || self.is_listed(&origin));
            return (!allowed).then_some("ERR requests from web pages of this Origin are not allowed");
        }
        let site = headers.get("sec-fetch-site").map(http::HeaderValue::as_bytes);
        matches!(site, Some(b"cross-site" | b"same-site")).then_some("ERR requests from other sites are not allowed")
    }

    fn is_ours(&self, host: &Authority) -> bool {
        let name = host.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let loopback = name == "localhost"
            || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback() || address == self.listen.ip());
        loopback || self.is_listed(host)
    }

    fn is_listed(&self, host: &Authority) -> bool {
        self.allowed
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(host.host()) || allowed.eq_ignore_ascii_case(host.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn passes(headers: &[(&'static str, &'static str)]) -> bool {
        let guard =
            Guard::new("127.0.0.1:3013".parse().unwrap(), vec!["Redis.internal".into(), "app.example:8443".into()]);
        let headers = headers.iter().map(|(n, v)| (n.parse().unwrap(), HeaderValue::from_static(v))).collect();
        guard.refusal(&Uri::from_static("/pipeline"), &headers).is_none()
    }

    #[test]
    fn only_loopback_and_listed_names_reach_the_store() {
        for host in [
            "127.0.0.1:3013",
            "localhost:3013",
            "LOCALHOST",
            "[::1]:3013",
            "127.0.0.2",
            "redis.internal:3013",
            "app.example:8443",
        ] {
            assert!(passes(&[("host", host)]), "{host}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example:3013",
            "localhost.evil.example",
            "10.0.0.1",
            "app.example",
            "",
            "a b",
        ] {
            assert!(!passes(&[("host", host)]), "{host}");
        }
        assert!(passes(&[]), "no browser leaves out the Host");
    }

    #[test]
    fn web_pages_of_other_origins_are_refused() {
        let from = |origin| passes(&[("host", "127.0.0.1:3013"), ("origin", origin)]);
        assert!(from("http://127.0.0.1:3013"));
        assert!(from("https://redis.internal"));
        for origin in ["https://evil.example", "http://127.0.0.1:3011", "http://localhost:3013", "null", "", "file://"]
        {
            assert!(!from(origin), "{origin}");
        }
    }

    #[test]
    fn fetches_from_other_sites_without_an_origin_are_refused() {
        let from = |site| passes(&[("host", "127.0.0.1:3013"), ("sec-fetch-site", site)]);
        assert!(from("none") && from("same-origin"));
        assert!(!from("cross-site") && !from("same-site"));
    }
}
