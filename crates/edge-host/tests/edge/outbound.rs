//! Requests that components send.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use bytes::Bytes;
use edge_host::LocalService;
use http::{Request, Response};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::support::App;

/// A server of this test that counts its connections and answers each request with `pong`.
async fn server() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, SeqCst);
            tokio::spawn(async move {
                let mut request = Vec::new();
                while stream.read_buf(&mut request).await.unwrap_or(0) > 0 {
                    if request.ends_with(b"\r\n\r\n") {
                        request.clear();
                        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\npong").await.unwrap();
                    }
                }
            });
        }
    });
    (port, connections)
}

#[tokio::test]
async fn an_allowed_host_is_reached_and_its_connection_is_kept() {
    let (port, connections) = server().await;
    let app = App::single(&format!(
        "allowed_outbound_hosts = [\"{{{{ store }}}}\"]\n[variables]\nstore = {{ default = \"http://127.0.0.1:{port}\" }}"
    ));
    let running = app.with(|config| config.limits.instance_requests = 1).start().await;
    for _ in 0..5 {
        assert_eq!(running.act("fetch", &format!("http://127.0.0.1:{port}/x")).await.body, "pong");
    }
    assert_eq!(connections.load(SeqCst), 1, "instances come and go, the connection stays");
}

#[tokio::test]
async fn a_host_that_is_not_allowed_is_denied_before_it_is_reached() {
    let (port, connections) = server().await;
    let other = port.wrapping_add(1);
    for (allowed, url) in [
        ("", format!("http://127.0.0.1:{port}")),
        (&*format!("\"http://localhost:{port}\""), format!("http://127.0.0.1:{port}")),
        (&*format!("\"http://127.0.0.1:{port}\""), format!("http://localhost:{port}")),
        (&*format!("\"http://127.0.0.1:{other}\""), format!("http://127.0.0.1:{port}")),
        (&*format!("\"https://127.0.0.1:{port}\""), format!("http://127.0.0.1:{port}")),
    ] {
        let running = App::single(&format!("allowed_outbound_hosts = [{allowed}]")).start().await;
        let answer = running.act("fetch", &url).await;
        assert!(answer.body.contains("HttpRequestDenied"), "{allowed} {url}: {answer:?}");
    }
    assert_eq!(connections.load(SeqCst), 0);
}

#[tokio::test]
async fn a_component_is_told_why_a_host_was_not_reached() {
    let running = App::single("allowed_outbound_hosts = [\"*://*:*\"]").start().await;
    let free = testing::Port::claim();
    assert!(
        running.act("fetch", &format!("http://127.0.0.1:{}", free.number())).await.body.contains("ConnectionRefused")
    );
    let unknown = running.act("fetch", "http://no-such-host.invalid").await.body;
    assert!(unknown.contains("DnsError"), "{unknown}");
}

#[tokio::test]
async fn a_server_that_closes_without_an_answer_is_an_error_not_a_hang() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = [0; 16];
            stream.read_exact(&mut head).await.unwrap();
        }
    });
    let running = App::single("allowed_outbound_hosts = [\"http://127.0.0.1:*\"]").start().await;
    let answer = running.act("fetch", &format!("http://{address}")).await;
    assert!(answer.body.contains("ConnectionTerminated"), "{answer:?}");
}

/// Answers with the method, the path and the body that it was given.
fn mirror() -> LocalService {
    Arc::new(|request: Request<Bytes>| {
        Box::pin(async move {
            let seen = format!("{} {} {}", request.method(), request.uri(), request.body().len());
            Response::new(Bytes::from(seen))
        })
    })
}

#[tokio::test]
async fn a_local_service_is_called_without_a_socket() {
    let app = App::single("allowed_outbound_hosts = [\"http://store.local:3013\"]");
    let app = app.with(|config| drop(config.local.insert("store.local:3013".into(), mirror())));
    let running = app.start().await;
    let answer = running.act("fetch", "http://store.local:3013/get/a%20b?x=1").await;
    assert_eq!(answer.body, "GET http://store.local:3013/get/a%20b?x=1 0");
    let headers = [("x-do", "relay"), ("x-with", "http://store.local:3013/")];
    assert_eq!(running.send("/", &headers, vec![1; 100_000]).await.body, "POST http://store.local:3013/ 100000");
}

#[tokio::test]
async fn a_local_service_is_subject_to_allowed_outbound_hosts() {
    let app = App::single("allowed_outbound_hosts = []");
    let app = app.with(|config| drop(config.local.insert("store.local:3013".into(), mirror())));
    let answer = app.start().await.act("fetch", "http://store.local:3013/").await;
    assert!(answer.body.contains("HttpRequestDenied"), "{answer:?}");
}
