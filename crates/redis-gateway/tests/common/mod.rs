//! A gateway for each test, on either store, and a client for it.
#![allow(dead_code, reason = "each test program uses a part of this")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use redis_gateway::{Config, Fsync, Gateway, StoreChoice};
use serde_json::Value;

use testing::RedisServer;

/// A redis-server that keeps what it is told.
pub(crate) const PERSISTENT: &str = "appendonly yes";
pub(crate) const TOKEN: &str = "secret+token/1";

/// A running gateway, what it runs on, and a client.
pub(crate) struct Rest {
    pub(crate) gateway: Gateway,
    pub(crate) redis: Option<RedisServer>,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// An answer, all of it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// Starts a gateway on a store.
pub(crate) async fn gateway(store: StoreChoice) -> Gateway {
    let config = Config::new("127.0.0.1:0".parse().unwrap(), store, TOKEN);
    Gateway::start(config).await.unwrap()
}

impl Rest {
    pub(crate) fn new(gateway: Gateway, redis: Option<RedisServer>) -> Self {
        Self { gateway, redis, client: Client::builder(TokioExecutor::new()).build_http() }
    }

    /// On a redis-server of its own.
    pub(crate) async fn on_redis() -> Self {
        let redis = RedisServer::start(PERSISTENT).await;
        let gateway = gateway(StoreChoice::Redis { url: redis.url() }).await;
        Self::new(gateway, Some(redis))
    }

    /// On the embedded engine, with nothing kept.
    pub(crate) async fn embedded() -> Self {
        Self::embedded_in(None).await
    }

    /// On the embedded engine, with its log in `dir`.
    pub(crate) async fn embedded_in(dir: Option<PathBuf>) -> Self {
        Self::new(gateway(StoreChoice::Embedded { dir, fsync: Fsync::No }).await, None)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.gateway.local_addr())
    }

    /// Sends a request as it is, without a token of its own.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.client.request(request.body(Full::new(body.into())).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        Answer { status: head.status, headers: head.headers, body: body.collect().await.unwrap().to_bytes() }
    }

    /// Sends a POST with the token.
    pub(crate) async fn post(&self, path: &str, body: impl Into<Bytes>) -> Answer {
        self.post_with(path, &[], body).await
    }

    /// Sends a POST with the token and further headers.
    pub(crate) async fn post_with(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Answer {
        let bearer = format!("Bearer {TOKEN}");
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend_from_slice(headers);
        self.send(Method::POST, path, &all, body).await
    }

    /// Opens a stream, which has been accepted.
    pub(crate) async fn listen(&self, path: &str) -> Events {
        let request =
            Request::post(self.url(path)).header("authorization", TOKEN).header("accept", "text/event-stream");
        // What the SDK sends: a stream must not take it for a channel.
        let response = self.client.request(request.body(Full::new("[]".into())).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events { body: response.into_body(), buffer: Vec::new() }
    }

    /// Runs one command and gives its result.
    pub(crate) async fn run(&self, command: &[&str]) -> Value {
        let answer = self.post("/", serde_json::to_vec(command).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{command:?}: {answer:?}");
        answer.json()["result"].take()
    }

    /// Runs one command and gives its error, with the status 400.
    pub(crate) async fn error(&self, command: &[&str]) -> String {
        let answer = self.post("/", serde_json::to_vec(command).unwrap()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{command:?}: {answer:?}");
        answer.json()["error"].as_str().unwrap().to_owned()
    }
}

/// A stream of events.
pub(crate) struct Events {
    body: hyper::body::Incoming,
    buffer: Vec<u8>,
}

impl Events {
    /// The next event or comment as it was sent, without the blank line that ends it; `None` when the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<String> {
        let next = async {
            loop {
                if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
                    let event: Vec<u8> = self.buffer.drain(..end + 2).take(end).collect();
                    return Some(String::from_utf8(event).unwrap());
                }
                match self.body.frame().await {
                    Some(Ok(frame)) => self.buffer.extend_from_slice(frame.data_ref().unwrap()),
                    Some(Err(_)) | None => return None,
                }
            }
        };
        tokio::time::timeout(Duration::from_mins(1), next).await.expect("nothing came for 60 s")
    }
}

/// Tries until it holds; fails after 60 s.
pub(crate) async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + Duration::from_mins(1);
    while !condition().await {
        assert!(Instant::now() < end, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Makes two tests of each case: one on a redis-server, one on the embedded engine.
#[macro_export]
macro_rules! on_both_stores {
    ($($case:ident),+ $(,)?) => {
        mod on_a_redis_server {
            $(#[tokio::test] async fn $case() { super::$case($crate::common::Rest::on_redis().await).await; })+
        }
        mod on_the_embedded_engine {
            $(#[tokio::test] async fn $case() { super::$case($crate::common::Rest::embedded().await).await; })+
        }
    };
}
