//! Which web pages may read the API's answers.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Answers to a preflight may be kept for two hours, the most that browsers allow.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");
/// What a page may send.
const REQUEST_HEADERS: HeaderValue =
    HeaderValue::from_static("Authorization, Content-Type, Idempotency-Key, If-None-Match");
/// The same where messages are traced.
const TRACED_REQUEST_HEADERS: HeaderValue =
    HeaderValue::from_static("Authorization, Content-Type, Idempotency-Key, If-None-Match, traceparent");
/// What a page may read, beyond what every page may.
const RESPONSE_HEADERS: HeaderValue = HeaderValue::from_static(
    "RoomTalk-Latest-Seq, RoomTalk-Oldest-Seq, RoomTalk-Next-After, RoomTalk-Recovered, RoomTalk-Token, ETag, Link, \
     Location, Retry-After, Allow",
);

/// The origins that may use the API from a browser.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    any: bool,
    exact: Vec<String>,
    /// Whether their pages may send `traceparent`.
    traced: bool,
}

impl Origins {
    /// `list`: origins (`https://host:port`, no path), comma-separated, each matched exactly; `*` stands for all.
    pub fn parse(list: &str) -> Self {
        let origins = || list.split(',').map(|origin| origin.trim().trim_end_matches('/')).filter(|o| !o.is_empty());
        let exact = origins().filter(|o| *o != "*").map(str::to_owned).collect();
        Self { any: origins().any(|o| o == "*"), exact, traced: false }
    }

    /// The same; `traced`: whether their pages may send `traceparent`.
    #[must_use]
    pub fn traced(self, traced: bool) -> Self {
        Self { traced, ..self }
    }

    fn granted(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        if self.exact.iter().any(|exact| exact.as_bytes() == origin.as_bytes()) {
            Some(origin.clone())
        } else {
            self.any.then(|| HeaderValue::from_static("*"))
        }
    }

    /// Puts the headers of an answer to `origin`, the request's `Origin` header. `allowed`: for a preflight, the methods.
    pub(crate) fn apply(&self, origin: Option<&HeaderValue>, allowed: Option<&'static str>, headers: &mut HeaderMap) {
        let mut vary = vec!["Origin"];
        if allowed.is_some() {
            vary.extend(["Access-Control-Request-Method", "Access-Control-Request-Headers"]);
        }
        for name in vary {
            headers.append(header::VARY, HeaderValue::from_static(name));
        }
        let Some(granted) = origin.and_then(|origin| self.granted(origin)) else { return };
        let mut set = |name: HeaderName, value| headers.insert(name, value);
        set(header::ACCESS_CONTROL_ALLOW_ORIGIN, granted);
        // v0.4 says so too. No route reads a cookie.
        set(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        if let Some(methods) = allowed {
            set(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
            let headers = if self.traced { TRACED_REQUEST_HEADERS } else { REQUEST_HEADERS };
            set(header::ACCESS_CONTROL_ALLOW_HEADERS, headers);
            set(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        } else {
            set(header::ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(list: &str, origin: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        Origins::parse(list).apply(Some(&HeaderValue::from_static(origin)), None, &mut headers);
        assert_eq!(headers.get(header::VARY).unwrap(), "Origin");
        headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN).map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn only_a_listed_origin_is_granted_and_only_exactly() {
        let list = "http://localhost:3011, https://talk.example/";
        assert_eq!(granted(list, "http://localhost:3011").as_deref(), Some("http://localhost:3011"));
        assert_eq!(granted(list, "https://talk.example").as_deref(), Some("https://talk.example"));
        for other in ["http://localhost:3012", "https://talk.example.org", "http://talk.example", "null", ""] {
            assert_eq!(granted(list, other), None, "{other}");
        }
    }

    #[test]
    fn every_origin_is_granted_only_where_the_star_was_said() {
        assert_eq!(granted("*", "https://anywhere.example").as_deref(), Some("*"));
        assert_eq!(granted("", "https://anywhere.example"), None);
        let both = "*,http://localhost:3011";
        assert_eq!(granted(both, "http://localhost:3011").as_deref(), Some("http://localhost:3011"));
    }

    #[test]
    fn a_page_may_name_its_trace_only_where_there_are_traces() {
        for traced in [false, true] {
            let (mut headers, origin) = (HeaderMap::new(), HeaderValue::from_static("http://a.example"));
            Origins::parse("*").traced(traced).apply(Some(&origin), Some("POST"), &mut headers);
            let allowed = headers[header::ACCESS_CONTROL_ALLOW_HEADERS].to_str().unwrap();
            assert_eq!(allowed.split(", ").any(|name| name == "traceparent"), traced, "{allowed}");
        }
    }

    #[test]
    fn without_an_origin_the_answer_only_says_that_it_varies() {
        let mut headers = HeaderMap::new();
        Origins::parse("*").apply(None, Some("GET"), &mut headers);
        assert_eq!(headers.len(), 3);
        assert_eq!(headers.get_all(header::VARY).iter().count(), 3);
    }
}
