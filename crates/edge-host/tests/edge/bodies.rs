//! Bodies: large, streamed, and larger than allowed.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{Request, StatusCode};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Answer, App, Running};

const MIB: usize = 1 << 20;

/// Sends `count` pieces of 1 MiB without saying how many.
async fn send_chunked(running: &Running, what: &str, count: usize) -> Answer {
    let pieces = stream::iter(0..count).map(|_| Ok::<_, Infallible>(Frame::data(Bytes::from(vec![7; MIB]))));
    let client = Client::builder(TokioExecutor::new()).build_http();
    let request = Request::post(running.url("/")).header("x-do", what).body(StreamBody::new(pieces)).unwrap();
    Answer::of(client.request(request).await.unwrap()).await
}

#[tokio::test]
async fn a_large_body_arrives_whole_whether_its_length_is_declared_or_not() {
    let running = App::single("").start().await;
    let answer = running.send("/", &[("x-do", "measure")], vec![7; 10 * MIB]).await;
    assert_eq!(answer.body, (10 * MIB).to_string());
    assert_eq!(send_chunked(&running, "measure", 10).await.body, (10 * MIB).to_string());
}

#[tokio::test]
async fn a_body_comes_back_as_it_was_sent() {
    let running = App::single("").start().await;
    let body: String = (0..400_000).map(|number: u32| char::from(b'a' + (number % 23) as u8)).collect();
    assert!(running.send("/", &[("x-do", "echo")], body.clone()).await.body == body);
}

#[tokio::test]
async fn a_body_above_the_limit_is_413_declared_or_not_and_the_client_reads_why() {
    let app = App::single("").with(|config| config.limits.body = 2 * MIB as u64);
    let running = app.start().await;
    let declared = running.send("/", &[("x-do", "measure")], vec![7; 20 * MIB]).await;
    let chunked = send_chunked(&running, "measure", 20).await;
    for answer in [declared, chunked] {
        assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &"too_large".into()));
    }
    assert_eq!(running.send("/", &[("x-do", "measure")], vec![7; 2 * MIB]).await.body, (2 * MIB).to_string());
}

#[tokio::test]
async fn a_client_that_asks_before_it_sends_too_much_is_told_at_once() {
    let app = App::single("").with(|config| config.limits.body = 1000);
    let running = app.start().await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let head = "POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 1001\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test]
async fn a_component_may_answer_without_reading_the_body() {
    let running = App::single("").start().await;
    for _ in 0..3 {
        let answer = running.send("/", &[("x-do", "ignore")], vec![7; 12 * MIB]).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "not read"));
    }
}

#[tokio::test]
async fn an_answer_streams_piece_by_piece() {
    let running = App::single("").start().await;
    let request = Request::get(running.url("/")).header("x-do", "pieces").header("x-with", "3");
    let mut body =
        running.client.request(request.body(http_body_util::Full::default()).unwrap()).await.unwrap().into_body();
    let mut frames = Vec::new();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.unwrap().into_data() {
            frames.push(String::from_utf8(data.to_vec()).unwrap());
        }
    }
    assert_eq!(frames, ["0\n", "1\n", "2\n"], "each line came by itself");
}

#[tokio::test]
async fn a_request_streams_through_a_component_to_another_host() {
    let inner = App::single("").start().await;
    let outer = App::single("allowed_outbound_hosts = [\"http://127.0.0.1:*\"]").start().await;
    let headers = [("x-do", "relay"), ("x-with", &inner.url("/"))];
    assert_eq!(outer.send("/", &headers, vec![7; 5 * MIB]).await.body, (5 * MIB).to_string());
}
