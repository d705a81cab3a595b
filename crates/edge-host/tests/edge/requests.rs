//! Routes, and what a component is told of its request.

use std::{num::NonZeroUsize, time::Duration};

use http::StatusCode;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::support::App;

/// Components `wide`, `narrow` and `exact`, which tell their names.
fn three() -> App {
    let entry = |id: &str, route: &str| {
        format!(
            "[[trigger.http]]\nroute = \"{route}\"\ncomponent = \"{id}\"\n\
             [component.{id}]\nsource = \"FIXTURE\"\nenvironment = {{ COMPONENT = \"{id}\" }}\n"
        )
    };
    App::new(
        &[entry("wide", "/..."), entry("narrow", "/api/rooms/:room_id/..."), entry("exact", "/api/rooms")].concat(),
    )
}

#[tokio::test]
async fn the_most_specific_route_answers() {
    let running = three().start().await;
    for (path, component) in [
        ("/", "wide"),
        ("/api", "wide"),
        ("/api/rooms", "exact"),
        ("/api/rooms/", "exact"),
        ("/api/rooms/a", "narrow"),
        ("/api/rooms/a/messages?x=/api/rooms", "narrow"),
        ("/api/roomsy", "wide"),
        ("/api%2Frooms", "wide"),
    ] {
        assert_eq!(running.get(path).await.json()["component"], component, "{path}");
    }
}

#[tokio::test]
async fn a_component_is_told_of_its_request_as_spin_tells_it() {
    let running = three().start().await;
    let answer = running.get("/api/rooms/a%2Fb%20c/messages?limit=1&x=%2f").await;
    let full = format!("http://{}/api/rooms/a%2Fb%20c/messages?limit=1&x=%2f", running.address);
    assert_eq!(answer.json()["uri"], full.as_str());
    for (name, value) in [
        ("spin-path-info", "/messages"),
        ("spin-full-url", &full),
        ("spin-matched-route", "/api/rooms/:room_id/..."),
        ("spin-base-path", "/"),
        ("spin-raw-component-route", "/api/rooms/:room_id/..."),
        ("spin-component-route", "/api/rooms/:room_id"),
        ("spin-path-match-room-id", "a%2Fb%20c"),
    ] {
        assert_eq!(answer.sent(name), [value], "{name}");
    }
    assert!(answer.sent("spin-client-addr")[0].starts_with("127.0.0.1:"));
}

#[tokio::test]
async fn spin_headers_that_a_client_sends_never_arrive() {
    let running = three().start().await;
    let forged = [
        ("spin-path-match-room-id", "forged"),
        ("Spin-Client-Addr", "6.6.6.6:1"),
        ("spin-full-url", "http://evil/"),
        ("spin-anything", "forged"),
        ("x-forwarded-for", "6.6.6.6"),
        ("forwarded", "for=6.6.6.6"),
        ("fly-client-ip", "6.6.6.6"),
    ];
    let answer = running.send("/api/rooms/a", &forged, "").await;
    assert_eq!(answer.sent("spin-path-match-room-id"), ["a"]);
    assert!(!answer.body.contains("forged") && !answer.body.contains("6.6.6.6") && !answer.body.contains("evil"));
    assert_eq!(answer.sent("spin-client-addr").len(), 1);
}

#[tokio::test]
async fn the_client_is_who_a_trusted_proxy_says_it_is() {
    let app = three().with(|config| config.trusted_proxies = "127.0.0.0/8".parse().unwrap());
    let running = app.start().await;
    let answer = running.send("/", &[("x-forwarded-for", "6.6.6.6, 1.2.3.4")], "").await;
    assert_eq!(answer.sent("spin-client-addr"), ["1.2.3.4:0"]);
}

#[tokio::test]
async fn a_path_without_a_route_is_404_in_json() {
    let app = App::new("[[trigger.http]]\nroute = \"/a\"\ncomponent = \"c\"\n[component.c]\nsource = \"FIXTURE\"\n");
    let running = app.start().await;
    let answer = running.get("/b").await;
    assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::NOT_FOUND, &"not_found".into()));
    assert_eq!(running.get("/.well-known/spin/health").await.body, "OK");
    assert_eq!(running.get("/.well-known/spin/other").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn requests_answers_and_failures_are_counted_by_component() {
    let app = App::single("allowed_outbound_hosts = [\"http://127.0.0.1:1\"]").with(|config| {
        config.limits.requests = NonZeroUsize::new(7);
    });
    let running = app.start().await;
    running.is_alive().await;
    running.is_alive().await;
    assert_eq!(running.act("trap", "").await.status, StatusCode::INTERNAL_SERVER_ERROR);
    running.act("fetch", "http://127.0.0.1:1/").await;
    let id = r#"component="c""#;
    let expected = [
        format!("roomtalk_edge_requests_total{{{id},status=\"500\"}} 1\n"),
        format!("roomtalk_edge_request_seconds_count{{{id}}} 4\n"),
        format!("roomtalk_edge_requests_under_way{{{id}}} 0\n"),
        "roomtalk_edge_requests_most 7\n".into(),
        format!("roomtalk_edge_outbound_seconds_count{{{id}}} 1\n"),
        format!("roomtalk_edge_outbound_failures_total{{{id}}} 1\n"),
        format!("roomtalk_edge_instances_total{{{id}}} 2\n"),
        format!("roomtalk_edge_instance_failures_total{{{id}}} 1\n"),
    ];
    // An instance ends a moment after its last answer.
    let mut text = String::new();
    let counted = async {
        while !expected.iter().all(|line| text.contains(line)) {
            sleep(Duration::from_millis(5)).await;
            text = running.get("/.well-known/spin/metrics").await.body;
        }
    };
    let in_time = timeout(Duration::from_secs(10), counted).await;
    assert!(in_time.is_ok(), "{expected:?} in {text}");
}

#[tokio::test]
async fn a_request_without_one_clear_host_and_path_is_refused() {
    let running = three().start().await;
    for head in [
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n",
        "GET http://a/ HTTP/1.1\r\nhost: b\r\n",
        "GET / HTTP/1.1\r\nhost: a b\r\n",
        "OPTIONS * HTTP/1.1\r\nhost: a\r\n",
        "CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n",
    ] {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream.write_all(format!("{head}connection: close\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 400"), "{head}: {answer}");
    }
    running.is_alive().await;
}
