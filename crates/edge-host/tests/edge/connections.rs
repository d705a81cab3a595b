//! Connections: kept, abandoned, slow, too many; and the end.

use std::time::Duration;

use http::StatusCode;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{App, Running};

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\nx-do: count\r\n\r\n";

async fn connect(running: &Running) -> TcpStream {
    TcpStream::connect(running.address).await.unwrap()
}

/// Reads one answer, whose body is a single chunk.
async fn read_answer(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    while !answer.ends_with(b"0\r\n\r\n") {
        assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0, "{}", String::from_utf8_lossy(&answer));
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_connection_carries_many_requests() {
    let running = App::single("").start().await;
    let mut stream = connect(&running).await;
    for _ in 0..20 {
        stream.write_all(REQUEST).await.unwrap();
        assert!(read_answer(&mut stream).await.starts_with("HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn a_client_that_dawdles_over_its_head_is_disconnected() {
    let app = App::single("").with(|config| config.limits.header_timeout = Duration::from_millis(200));
    let running = app.start().await;
    let mut stream = connect(&running).await;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: ").await.unwrap();
    let mut rest = Vec::new();
    // Hyper may say 408 before it closes; what counts is that it closes.
    stream.read_to_end(&mut rest).await.unwrap();
    running.is_alive().await;
}

#[tokio::test]
async fn a_client_that_dawdles_over_its_body_gets_its_component_s_deadline() {
    let app = App::single("").with(|config| config.limits.request_deadline = Duration::from_secs(1));
    let running = app.start().await;
    let mut stream = connect(&running).await;
    stream.write_all(b"POST / HTTP/1.1\r\nhost: a\r\nx-do: measure\r\ncontent-length: 10\r\n\r\nabc").await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 504");
    running.is_alive().await;
}

#[tokio::test]
async fn a_client_that_stops_reading_is_disconnected() {
    let app = App::single("").with(|config| config.limits.write_timeout = Duration::from_millis(200));
    let running = app.start().await;
    let mut stream = connect(&running).await;
    let head = "POST / HTTP/1.1\r\nhost: a\r\nx-do: echo\r\ncontent-length: 14000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    // The echo is not read, so the buffers fill up and the edge gives up, which fails this write.
    let body = vec![b'x'; 14_000_000];
    assert!(stream.write_all(&body).await.is_err());
    running.is_alive().await;
}

#[tokio::test]
async fn clients_that_leave_early_harm_nobody() {
    let app = App::single("").with(|config| {
        config.limits.component_requests = 4;
        config.limits.request_deadline = Duration::from_secs(5);
    });
    let running = app.start().await;
    for what in ["sleep", "pieces"] {
        for _ in 0..10 {
            let mut stream = connect(&running).await;
            let head = format!("GET / HTTP/1.1\r\nhost: a\r\nx-do: {what}\r\nx-with: 500\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
        }
    }
    running.is_alive().await;
}

#[tokio::test]
async fn connections_beyond_the_cap_wait_for_a_place() {
    let app = App::single("").with(|config| config.limits.connections = 1);
    let running = app.start().await;
    let mut first = connect(&running).await;
    first.write_all(REQUEST).await.unwrap();
    read_answer(&mut first).await;
    let mut second = connect(&running).await;
    second.write_all(REQUEST).await.unwrap();
    let mut byte = [0; 1];
    let early = tokio::time::timeout(Duration::from_millis(200), second.read(&mut byte)).await;
    assert!(early.is_err(), "the second connection is not served beside the first");
    drop(first);
    assert!(read_answer(&mut second).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_head_that_is_too_large_is_431() {
    let running = App::single("").start().await;
    let mut stream = connect(&running).await;
    let head = format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "x".repeat(200_000));
    drop(stream.write_all(head.as_bytes()).await);
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 431");
    running.is_alive().await;
}

#[tokio::test]
async fn a_shutdown_lets_requests_end_and_accepts_no_more() {
    let running = App::single("").start().await;
    let mut stream = connect(&running).await;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nx-do: pieces\r\nx-with: 10\r\n\r\n").await.unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).await.unwrap();
    let address = running.address;
    let idle = connect(&running).await;
    running.edge.shutdown().await;
    let mut rest = String::new();
    stream.read_to_string(&mut rest).await.unwrap();
    assert!(rest.ends_with("9\n\r\n0\r\n\r\n"), "the answer under way came to its end: {rest}");
    assert!(TcpStream::connect(address).await.is_err());
    drop(idle);
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_ever() {
    let running = App::single("").start().await;
    let mut stream = connect(&running).await;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nx-do: sleep\r\nx-with: 20000\r\n\r\n").await.unwrap();
    tokio::task::yield_now().await;
    running.is_alive().await;
    running.edge.shutdown().await;
    let mut answer = String::new();
    drop(stream.read_to_string(&mut answer).await);
    assert!(!answer.contains("slept"));
}

#[tokio::test]
async fn head_requests_get_no_body() {
    let running = App::single("").start().await;
    let mut stream = connect(&running).await;
    stream.write_all(b"HEAD / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with(&format!("HTTP/1.1 {}", StatusCode::OK.as_u16())) && answer.ends_with("\r\n\r\n"));
}
