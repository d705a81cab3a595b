//! What the gateway refuses before it looks at the request.

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use common::{Rest, TOKEN};
use http::{Method, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

on_both_stores!(
    web_pages_of_other_origins_get_nowhere_even_with_the_token,
    a_name_that_was_made_to_point_here_gets_nowhere,
    a_preflight_is_answered_for_the_same_origin_only,
    a_head_that_never_ends_is_given_up,
    a_body_that_says_it_is_too_large_is_refused_before_it_is_sent,
);

async fn web_pages_of_other_origins_get_nowhere_even_with_the_token(rest: Rest) {
    for (name, value) in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
        for path in ["/set/a/1", "/pipeline", "/subscribe/a"] {
            let answer = rest.post_with(path, &[(name, value)], "").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value} {path}");
            assert!(answer.json()["error"].is_string());
            assert_eq!(answer.header("upstash-sync-token"), None);
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
    }
    assert_eq!(rest.run(&["EXISTS", "a"]).await, 0);
}

async fn a_name_that_was_made_to_point_here_gets_nowhere(rest: Rest) {
    let answer = rest.post_with("/set/a/1", &[("host", "rebound.example:3013")], "").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let answer = rest.post_with("/set/a/1", &[("host", "localhost:3013")], "").await;
    assert_eq!(answer.status, StatusCode::OK);
}

async fn a_preflight_is_answered_for_the_same_origin_only(rest: Rest) {
    let own = format!("http://{}", rest.gateway.local_addr());
    let ask = [
        ("origin", own.as_str()),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization"),
    ];
    let answer = rest.send(Method::OPTIONS, "/pipeline", &ask, "").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("access-control-allow-origin"), Some(own.as_str()));
    assert_eq!(answer.header("access-control-allow-headers"), Some("authorization"));
    let answer = rest.send(Method::OPTIONS, "/pipeline", &[("origin", "https://evil.example")], "").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

/// Sends the bytes and gives all that comes until the other side closes.
async fn raw(address: SocketAddr, bytes: &str) -> String {
    let mut tcp = TcpStream::connect(address).await.unwrap();
    tcp.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let read = tcp.read_to_string(&mut answer);
    tokio::time::timeout(Duration::from_mins(1), read).await.expect("the connection stays open").unwrap();
    answer
}

async fn a_head_that_never_ends_is_given_up(rest: Rest) {
    let answer = raw(rest.gateway.local_addr(), "POST / HTTP/1.1\r\nhost: localhost\r\nx-slow: ").await;
    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
}

async fn a_body_that_says_it_is_too_large_is_refused_before_it_is_sent(rest: Rest) {
    let mut tcp = TcpStream::connect(rest.gateway.local_addr()).await.unwrap();
    let head = format!(
        "POST /set/a HTTP/1.1\r\nhost: localhost\r\nauthorization: {TOKEN}\r\ncontent-length: 99999999999\r\nexpect: 100-continue\r\n\r\n"
    );
    tcp.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4096];
    let length = tcp.read(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("max request size exceeded"), "{answer}");
}
