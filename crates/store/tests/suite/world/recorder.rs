//! A transport that writes down what it sends, and loses answers when asked to.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use store::{ReqwestTransport, Transport, TransportError};

/// Each request as its path and the names of its commands.
#[derive(Clone)]
pub(crate) struct Recorder {
    inner: ReqwestTransport,
    seen: Arc<Mutex<Vec<String>>>,
    lose_answers: Arc<AtomicBool>,
}

impl Recorder {
    pub(crate) fn new(inner: ReqwestTransport) -> Self {
        Self { inner, seen: Arc::default(), lose_answers: Arc::default() }
    }

    /// What was sent since the last call, such as `/ EVALSHA` or `/pipeline SET PUBLISH`.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }

    /// From now on requests arrive and are carried out, and their answers are lost (or no more).
    pub(crate) fn lose_answers(&self, lose: bool) {
        self.lose_answers.store(lose, Ordering::Relaxed);
    }

    pub(crate) async fn unrecorded(&self, request: http::Request<Bytes>) -> http::Response<Bytes> {
        self.inner.send(request, Duration::from_secs(30)).await.unwrap()
    }
}

impl Transport for Recorder {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        deadline: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        let name = |command: &serde_json::Value| command[0].as_str().unwrap_or_default().to_owned();
        let names = match body.as_array() {
            Some(commands) if commands[0].is_array() => commands.iter().map(name).collect::<Vec<_>>().join(" "),
            _ => name(&body),
        };
        self.seen.lock().unwrap().push(format!("{} {names}", request.uri().path()));
        let answer = self.inner.send(request, deadline).await?;
        if self.lose_answers.load(Ordering::Relaxed) { Err(TransportError::NoAnswer) } else { Ok(answer) }
    }
}
