//! Which web pages may talk to the hub.
//!
//! A WebSocket is not covered by CORS: without this check any page that a user visits could open a socket from the
//! user's machine.

use axum::body::Body;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, HOST, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

/// The origins of `CLIENT_URL`.
#[derive(Debug, Clone)]
pub(crate) struct Origins {
    any: bool,
    listed: Vec<String>,
}

impl Origins {
    /// Reads a comma-separated list of `scheme://host[:port]`, or `*`.
    pub(crate) fn parse(list: &str) -> Result<Self, String> {
        let mut origins = Self { any: false, listed: Vec::new() };
        for item in list.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            if item == "*" {
                origins.any = true;
                continue;
            }
            let origin = item.trim_end_matches('/');
            match origin.split_once("://") {
                Some((scheme, host)) if !scheme.is_empty() && !host.is_empty() && !host.contains('/') => {
                    origins.listed.push(origin.to_ascii_lowercase());
                }
                _ => return Err(format!("has an item that is no origin like https://example.org: {item}")),
            }
        }
        Ok(origins)
    }

    /// Whether a request with these headers may come in: one without Origin (a program), one from a page of the same
    /// host, or one from a listed origin.
    fn allow(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(ORIGIN) else { return true };
        if self.any {
            return true;
        }
        let Ok(origin) = origin.to_str() else { return false };
        let origin = origin.to_ascii_lowercase();
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).map(str::to_ascii_lowercase);
        // The scheme is not compared: behind a proxy that ends TLS the hub does not know its own.
        let same_host = origin.split_once("://").is_some_and(|(_, origin_host)| Some(origin_host) == host.as_deref());
        same_host || self.listed.contains(&origin)
    }

    /// The refusal of a request from a foreign page, if it is one.
    pub(crate) fn refusal(&self, headers: &HeaderMap) -> Option<Response<Body>> {
        if self.allow(headers) {
            return None;
        }
        let error = domain::Error::new(domain::Code::Forbidden, "This origin is not allowed; see CLIENT_URL");
        Some(super::refusal::refuse(&error))
    }

    /// The answer to a preflight from an allowed page.
    pub(crate) fn preflight(headers: &HeaderMap) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        Self::mark(response.headers_mut(), headers.get(ORIGIN));
        let more = [
            (ACCESS_CONTROL_ALLOW_METHODS, "GET,POST"),
            (ACCESS_CONTROL_ALLOW_HEADERS, "content-type,authorization"),
            (ACCESS_CONTROL_MAX_AGE, "86400"),
        ];
        for (name, value) in more {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }

    /// Adds what lets an allowed page read an answer.
    pub(crate) fn mark(answer: &mut HeaderMap, origin: Option<&HeaderValue>) {
        answer.append(VARY, HeaderValue::from_static("origin"));
        if let Some(origin) = origin {
            answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            answer.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(list: &str, origin: Option<&'static str>, host: &'static str) -> bool {
        let mut headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))]);
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_static(origin));
        }
        Origins::parse(list).unwrap().allow(&headers)
    }

    #[test]
    fn programs_the_same_host_and_listed_pages_may_come() {
        assert!(allowed("", None, "hub"));
        assert!(allowed("", Some("https://hub"), "hub"));
        assert!(allowed("", Some("http://Hub:3012"), "hub:3012"));
        assert!(allowed("https://a.example, http://b:1/", Some("http://b:1"), "hub"));
        assert!(allowed("*", Some("http://anything"), "hub"));
    }

    #[test]
    fn other_pages_may_not() {
        let list = "https://a.example";
        for origin in ["http://a.example", "https://a.example.evil", "https://a.example:444", "null", "https://hub:9"] {
            assert!(!allowed(list, Some(origin), "hub"), "{origin}");
        }
        assert!(!allowed("", Some("https://a.example"), "hub"));
    }

    #[test]
    fn a_list_with_something_else_is_refused() {
        for list in ["localhost", "https://a/b", "://x/"] {
            assert!(Origins::parse(list).is_err(), "{list}");
        }
    }
}
