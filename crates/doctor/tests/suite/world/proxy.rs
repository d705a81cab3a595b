//! Something in front of a store that makes it another one.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A command as the store will get it: its words.
pub(crate) type Words = Vec<String>;

/// What the proxy changes.
#[derive(Clone)]
pub(crate) struct Proxy {
    target: String,
    rewrite: Arc<dyn Fn(&mut Words) + Send + Sync>,
    delay: Duration,
    /// Headers of requests and answers that are left out.
    dropped: &'static [&'static str],
    /// Most bytes in a request's body.
    limit: usize,
    /// Paths that are answered with 404.
    unknown: &'static [&'static str],
    /// Streams that are opened and say nothing.
    silent: bool,
    client: reqwest::Client,
}

/// A proxy at work.
pub(crate) struct Running {
    pub(crate) url: String,
    serving: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Proxy {
    /// Changes nothing yet.
    pub(crate) fn before(target: String) -> Self {
        super::provide_crypto();
        Self {
            target,
            rewrite: Arc::new(|_| {}),
            delay: Duration::ZERO,
            dropped: &[],
            limit: usize::MAX,
            unknown: &[],
            silent: false,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// Changes commands on their way.
    pub(crate) fn rewriting(mut self, rewrite: impl Fn(&mut Words) + Send + Sync + 'static) -> Self {
        self.rewrite = Arc::new(rewrite);
        self
    }

    /// The store knows none of these commands.
    pub(crate) fn without(self, names: &'static [&'static str]) -> Self {
        self.rewriting(move |words| {
            if names.contains(&words[0].as_str()) {
                words[0].insert_str(0, "NO");
            }
        })
    }

    pub(crate) fn slow(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    pub(crate) fn dropping(mut self, headers: &'static [&'static str]) -> Self {
        self.dropped = headers;
        self
    }

    pub(crate) fn limited(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    pub(crate) fn not_knowing(mut self, paths: &'static [&'static str]) -> Self {
        self.unknown = paths;
        self
    }

    pub(crate) fn with_silent_streams(mut self) -> Self {
        self.silent = true;
        self
    }

    pub(crate) async fn start(self) -> Running {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let proxy = Arc::new(self);
        let answer = move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            let proxy = Arc::clone(&proxy);
            async move { proxy.answer(method, &uri, headers, body).await }
        };
        let router = Router::new().fallback(answer).layer(axum::extract::DefaultBodyLimit::disable());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Running { url, serving }
    }

    async fn answer(&self, method: Method, uri: &Uri, mut headers: HeaderMap, body: Bytes) -> Response {
        tokio::time::sleep(self.delay).await;
        let path = uri.path();
        if self.unknown.iter().any(|unknown| path.starts_with(unknown)) {
            return StatusCode::NOT_FOUND.into_response();
        }
        if body.len() > self.limit {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        }
        if self.silent && path.starts_with("/subscribe") {
            return Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>()).into_response();
        }
        for name in ["host", "content-length"].iter().chain(self.dropped) {
            headers.remove(*name);
        }
        let request = self.client.request(method, format!("{}{path}", self.target)).headers(headers);
        let answer = request.body(self.rewritten(&body)).send().await.unwrap();
        let mut response = Response::new(Body::empty());
        *response.status_mut() = answer.status();
        for (name, value) in answer.headers() {
            let kept = ![&HeaderName::from_static("transfer-encoding"), &HeaderName::from_static("content-length")]
                .contains(&name);
            if kept && !self.dropped.contains(&name.as_str()) {
                response.headers_mut().insert(name, value.clone());
            }
        }
        *response.body_mut() = Body::from_stream(answer.bytes_stream());
        response
    }

    fn rewritten(&self, body: &Bytes) -> Vec<u8> {
        let rewrite = |value: &mut Value| {
            let mut words: Words = serde_json::from_value(value.take()).unwrap();
            (self.rewrite)(&mut words);
            *value = words.into();
        };
        let Ok(mut value) = serde_json::from_slice::<Value>(body) else { return body.to_vec() };
        match value.as_array_mut() {
            Some(commands) if commands.first().is_some_and(Value::is_array) => commands.iter_mut().for_each(rewrite),
            _ => rewrite(&mut value),
        }
        serde_json::to_vec(&value).unwrap()
    }
}
