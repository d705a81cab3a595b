//! The handlers on a store whose answers are made up, as HTTP: what the store says and what the client is told.

use std::future::{Future, ready};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use domain::{Identities, RateLimits};
use http::{Request, Response};
use http_body_util::Full;
use rest::{Budget, Call, Detail, Origins};
use serde_json::Value;
use store::{Store, StoreConfig, Transport, TransportError};

static BUDGET: Budget = Budget::new(16 * 1024 * 1024);
const ROOM: &str = "/api/rooms/abcdefghij";

/// Answers every request alike and counts them.
struct Scripted {
    answer: Result<(u16, &'static str), TransportError>,
    requests: AtomicUsize,
}

impl Transport for &Scripted {
    fn send(&self, _: Request<Bytes>, _: Duration) -> impl Future<Output = Result<Response<Bytes>, TransportError>> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        ready(self.answer.map(|(status, body)| {
            Response::builder().status(status).body(Bytes::from_static(body.as_bytes())).unwrap()
        }))
    }
}

fn scripted(answer: Result<(u16, &'static str), TransportError>) -> Scripted {
    Scripted { answer, requests: AtomicUsize::new(0) }
}

fn store(scripted: &Scripted) -> Store<&Scripted> {
    let config = StoreConfig {
        url: "http://store.example".to_owned(),
        token: "store-token".to_owned(),
        history: 100,
        deadline: Duration::from_secs(1),
    };
    Store::new(scripted, config)
}

async fn answer(scripted: &Scripted, request: Request<&'static str>) -> rest::Response {
    answer_within(&BUDGET, scripted, request).await
}

async fn answer_within(budget: &'static Budget, scripted: &Scripted, request: Request<&'static str>) -> rest::Response {
    let (store, identities) = (store(scripted), Identities::new("secret", true).unwrap());
    let handle = async |call: Call| match call.route {
        rest::Route::Messages => rest::messages::handle(call, &store, &identities, RateLimits::default(), 0).await,
        rest::Route::Status => rest::status::handle(&call, &store, 0).await,
        rest::Route::Image | rest::Route::Images => {
            rest::images::handle(call, &store, &identities, RateLimits::default(), 0).await
        }
        _ => rest::rooms::handle(call, &store, &identities, RateLimits::default(), 0).await,
    };
    let request = request.map(|body| Full::new(Bytes::from_static(body.as_bytes())));
    rest::answer(request, &Origins::default(), budget, || std::future::ready(()), handle).await
}

fn post() -> Request<&'static str> {
    Request::post(format!("{ROOM}/messages")).body(r#"{"clientId":"alice","content":"hello"}"#).unwrap()
}

fn get(path: &str) -> Request<&'static str> {
    Request::get(path).body("").unwrap()
}

fn code(response: &rest::Response) -> (u16, String) {
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    (response.status().as_u16(), body["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_store_that_was_not_reached_is_unavailable_and_the_log_is_told_why() {
    let store = scripted(Err(TransportError::Unreachable));
    for request in [post(), get(ROOM), get(&format!("{ROOM}/messages")), get("/api/clients/alice/rooms")] {
        let response = answer(&store, request).await;
        assert_eq!(code(&response), (503, "store_unavailable".to_owned()));
        let Some(Detail(detail)) = response.extensions().get() else { panic!("nothing for the log") };
        assert!(!detail.is_empty() && !detail.contains("store-token") && !detail.contains("hello"), "{detail}");
    }
}

#[tokio::test]
async fn a_store_that_did_not_answer_a_write_leaves_the_outcome_unknown() {
    let response = answer(&scripted(Err(TransportError::NoAnswer)), post()).await;
    assert_eq!(code(&response), (503, "outcome_unknown".to_owned()));
}

#[tokio::test]
async fn a_store_that_refuses_or_talks_nonsense_is_a_503() {
    for (status, body) in [
        (401, r#"{"error":"WRONGPASS invalid or missing auth token"}"#),
        (400, r#"{"error":"ERR max daily request limit exceeded"}"#),
        (500, ""),
        (502, "<html>bad gateway</html>"),
        (200, "{}"),
        (200, r#"{"result":42}"#),
    ] {
        let store = scripted(Ok((status, body)));
        for request in [post(), get(&format!("{ROOM}/messages")), get(&format!("{ROOM}/images/{}", "0".repeat(64)))] {
            let uri = request.uri().clone();
            assert_eq!(answer(&store, request).await.status(), 503, "{uri} {status} {body}");
        }
        let response = answer(&store, get("/api/status")).await;
        assert_eq!(code(&response), (503, "store_unavailable".to_owned()), "{status} {body}");
    }
}

#[tokio::test]
async fn a_limit_is_a_429_that_says_when_to_come_again() {
    // `limited` and 359500000 µs, in base64 as all text is.
    let limited = scripted(Ok((200, r#"{"result":["bGltaXRlZA==","MzU5NTAwMDAw"]}"#)));
    let upload = Request::post(format!("{ROOM}/images?clientId=alice")).body("GIF89a\u{1}\0\u{1}\0\0\0\0").unwrap();
    let room = Request::post("/api/clients/alice/rooms").body(r#"{"name":"a room"}"#).unwrap();
    for request in [post(), room, upload] {
        let uri = request.uri().clone();
        let response = answer(&limited, request).await;
        assert_eq!(code(&response), (429, "rate_limited".to_owned()), "{uri}");
        assert_eq!(response.headers()["retry-after"], "360");
        let body: Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(body["retryAfter"], 360);
    }
}

#[tokio::test]
async fn an_image_that_there_is_no_memory_for_is_a_429_on_its_way_in_and_out() {
    static NOTHING: Budget = Budget::new(0);
    let store = scripted(Err(TransportError::Unreachable));
    let length = Request::post(format!("{ROOM}/images?clientId=alice")).header("content-length", 70_000);
    for request in [get(&format!("{ROOM}/images/{}", "0".repeat(64))), length.body("").unwrap()] {
        let uri = request.uri().clone();
        let response = answer_within(&NOTHING, &store, request).await;
        assert_eq!(code(&response), (429, "rate_limited".to_owned()), "{uri}");
        assert_eq!(response.headers()["retry-after"], "1", "{uri}");
    }
    assert_eq!(store.requests.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn what_is_refused_by_its_form_costs_the_store_nothing() {
    let store = scripted(Err(TransportError::Unreachable));
    let no_image = "0".repeat(64);
    let known = Request::get(format!("{ROOM}/images/{no_image}")).header("if-none-match", format!("\"{no_image}\""));
    for (request, status) in [
        (Request::post(format!("{ROOM}/messages")).body("{}").unwrap(), 400),
        (Request::post("/api/clients/a%20b/rooms").body("{}").unwrap(), 422),
        (get(&format!("{ROOM}/messages?limit=0")), 400),
        (get("/api/rooms/x"), 404),
        (get("/api/rooms/abcdefghij/images/x"), 404),
        (known.body("").unwrap(), 304),
    ] {
        let uri = request.uri().clone();
        assert_eq!(answer(&store, request).await.status(), status, "{uri}");
    }
    assert_eq!(store.requests.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_native_program_may_spawn_an_answer() {
    fn spawnable<F: Future + Send>(future: F) -> F {
        future
    }
    let scripted = scripted(Err(TransportError::Unreachable));
    let (store, identities) = (store(&scripted), Identities::new("secret", true).unwrap());
    let handle = async |call: Call| rest::messages::handle(call, &store, &identities, RateLimits::default(), 0).await;
    let request = post().map(|body| Full::new(Bytes::from_static(body.as_bytes())));
    let origins = Origins::default();
    assert_eq!(
        spawnable(rest::answer(request, &origins, &BUDGET, || std::future::ready(()), handle)).await.status(),
        503
    );
}
