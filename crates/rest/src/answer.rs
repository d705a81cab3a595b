//! From a request to an answer: the frame around every handler.

use domain::{Code, Error};
use http::{HeaderValue, Method, Request, StatusCode, header};

use crate::route::{self, Found, Verb};
use crate::{Budget, Call, Failure, Origins, Response, Result, reply};

/// Answers a request of the API by `handle`, which sees only requests that have a route, a fitting method and a body
/// within its limit. Every other one is answered here: 404, 405, 413, 429 and OPTIONS. What takes much memory waits for its
/// part of `budget`, by many a `pause`.
pub async fn answer<B, F, H>(
    request: Request<B>,
    origins: &Origins,
    budget: &'static Budget,
    pause: impl Fn() -> F,
    handle: H,
) -> Response
where
    B: http_body::Body + Unpin,
    F: Future<Output = ()>,
    H: AsyncFnOnce(Call) -> Result<Response>,
{
    let origin = request.headers().get(header::ORIGIN).cloned();
    let is_head = request.method() == Method::HEAD;
    let mut preflight = None;
    let result = match route::find(request.uri().path()) {
        None => Err(Error::new(Code::NotFound, "No such route").into()),
        Some(found) if request.method() == Method::OPTIONS => {
            preflight = Some(route::allow(found.verbs));
            Ok(options(found.verbs))
        }
        Some(found) => match verb(request.method()).filter(|verb| found.verbs.contains(verb)) {
            None => Ok(not_allowed(&found)),
            Some(verb) => match Call::open(found, verb, request, budget, pause).await {
                Ok(call) => handle(call).await,
                Err(error) => Err(error.into()),
            },
        },
    };
    let mut response = result.unwrap_or_else(Failure::into_response);
    origins.apply(origin.as_ref(), preflight, response.headers_mut());
    reply::secure(response.headers_mut());
    reply::frame(&mut response, is_head);
    response
}

fn verb(method: &Method) -> Option<Verb> {
    match *method {
        Method::GET | Method::HEAD => Some(Verb::Get),
        Method::POST => Some(Verb::Post),
        _ => None,
    }
}

fn options(verbs: &[Verb]) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(route::allow(verbs)));
    response
}

fn not_allowed(found: &Found) -> Response {
    let allow = route::allow(found.verbs);
    let mut response = reply::error(&Error::new(Code::MethodNotAllowed, format!("This route takes {allow}")));
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    response
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http_body_util::Full;
    use serde_json::{Value, json};

    use super::*;

    static BUDGET: Budget = Budget::new(1024 * 1024);

    async fn send(request: http::request::Builder, body: &'static str) -> Response {
        let origins = Origins::parse("http://localhost:3011");
        let echo = async |call: Call| Ok(reply::json(StatusCode::OK, &call.object()?));
        answer(
            request.body(Full::new(Bytes::from_static(body.as_bytes()))).unwrap(),
            &origins,
            &BUDGET,
            || std::future::ready(()),
            echo,
        )
        .await
    }

    fn json_of(response: &Response) -> Value {
        serde_json::from_slice(response.body()).unwrap()
    }

    #[tokio::test]
    async fn an_unknown_path_is_a_404_in_json() {
        let response = send(Request::get("/api/nothing"), "").await;
        assert_eq!(response.status(), 404);
        assert_eq!(json_of(&response), json!({"error": "No such route", "code": "not_found"}));
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    }

    #[tokio::test]
    async fn another_method_is_a_405_that_names_the_right_ones() {
        let response = send(Request::delete("/api/rooms/abcdefghij/messages"), "").await;
        assert_eq!(
            (response.status().as_u16(), json_of(&response)["code"].as_str()),
            (405, Some("method_not_allowed"))
        );
        assert_eq!(response.headers()["allow"], "GET, HEAD, POST, OPTIONS");
        assert_eq!(send(Request::post("/api/status"), "").await.headers()["allow"], "GET, HEAD, OPTIONS");
        assert_eq!(send(Request::get("/api/clients"), "").await.headers()["allow"], "POST, OPTIONS");
    }

    #[tokio::test]
    async fn a_preflight_is_answered_for_a_known_origin() {
        let request = Request::options("/api/clients").header("origin", "http://localhost:3011");
        let response = send(request, "").await;
        assert_eq!((response.status().as_u16(), response.body().len()), (204, 0));
        assert_eq!(response.headers()["access-control-allow-origin"], "http://localhost:3011");
        assert_eq!(response.headers()["access-control-allow-methods"], "POST, OPTIONS");
        let allowed = response.headers()["access-control-allow-headers"].to_str().unwrap();
        for header in ["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match"] {
            assert!(allowed.contains(header), "{header}");
        }
        let foreign = send(Request::options("/api/clients").header("origin", "https://evil.example"), "").await;
        assert_eq!(foreign.status(), 204);
        assert!(!foreign.headers().contains_key("access-control-allow-origin"));
    }

    #[tokio::test]
    async fn errors_carry_cors_headers_too() {
        let request = Request::get("/api/nothing").header("origin", "http://localhost:3011");
        let response = send(request, "").await;
        assert_eq!(response.headers()["access-control-allow-origin"], "http://localhost:3011");
        assert!(response.headers()["access-control-expose-headers"].to_str().unwrap().contains("RoomTalk-Latest-Seq"));
        assert_eq!(response.headers()["access-control-allow-credentials"], "true");
    }

    #[tokio::test]
    async fn head_is_a_get_without_its_body() {
        let response = send(Request::head("/api/status"), "").await;
        assert_eq!((response.status().as_u16(), response.body().len()), (200, 0));
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(send(Request::head("/api/nothing"), "").await.status(), 404);
    }

    #[tokio::test]
    async fn a_body_must_be_a_json_object_or_nothing() {
        let post = || Request::post("/api/rooms/abcdefghij/messages");
        assert_eq!(json_of(&send(post(), "").await), json!({}));
        assert_eq!(json_of(&send(post(), r#"{"a":1}"#).await), json!({"a": 1}));
        for bad in ["{", "[]", "\"text\"", "1", "{\"a\":1}x", "\u{feff}{}"] {
            let response = send(post(), bad).await;
            assert_eq!(
                (response.status().as_u16(), json_of(&response)["code"].as_str()),
                (400, Some("malformed_json"))
            );
        }
        let form = send(post().header("content-type", "application/x-www-form-urlencoded"), "a=1").await;
        assert_eq!((form.status().as_u16(), json_of(&form)["field"].as_str()), (415, Some("Content-Type")));
    }

    #[tokio::test]
    async fn a_body_that_says_it_is_too_long_is_a_413() {
        let post = Request::post("/api/clients/c/rooms").header("content-length", "16385");
        let response = send(post, "{}").await;
        assert_eq!((response.status().as_u16(), json_of(&response)["code"].as_str()), (413, Some("too_large")));
    }
}
