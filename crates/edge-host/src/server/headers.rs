//! The headers by which Spin tells a component of its request.

use std::net::SocketAddr;

use http::{HeaderMap, HeaderName, HeaderValue, Uri};

use http_server::remove_all;

use crate::routes::Matched;

/// Replaces all `spin-*` headers, whatever the client sent, by the host's own.
pub(super) fn set(headers: &mut HeaderMap, matched: &Matched<'_>, uri: &Uri, client: SocketAddr) {
    remove_all(headers, |name| name.starts_with("spin-"));
    let mut set = |name: &str, value: &str| {
        // Routes are ASCII and the rest was part of a valid request, so neither conversion fails.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    };
    set("spin-path-info", matched.path_info());
    set("spin-full-url", &uri.to_string());
    set("spin-matched-route", &matched.based_route());
    set("spin-base-path", "/");
    set("spin-raw-component-route", matched.raw_route());
    set("spin-component-route", matched.route_prefix());
    set("spin-client-addr", &client.to_string());
    for (name, value) in matched.params() {
        set(&format!("spin-path-match-{}", name.to_ascii_lowercase().replace('_', "-")), value);
    }
}
