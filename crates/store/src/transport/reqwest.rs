//! The HTTP client of native programs.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::HeaderValue;
use traces::TraceParent;

use super::{MAX_ANSWER_BYTES, Transport, TransportError};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(3);
/// Idle connections are closed before the other side does it: the gateway keeps them for 10 s.
const IDLE: Duration = Duration::from_secs(8);

/// Sends through pooled keep-alive connections.
#[derive(Debug, Clone)]
pub struct ReqwestTransport {
    pub(crate) client: reqwest::Client,
}

impl ReqwestTransport {
    /// A client with a pool of its own. A rustls crypto provider must be installed before.
    pub fn new() -> reqwest::Result<Self> {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE)
            .tcp_nodelay(true)
            .tcp_keepalive(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none())
            // The store is next to us or named by its address: a proxy meant for browsing would see the token.
            .no_proxy()
            .build()?;
        Ok(Self { client })
    }

    /// The client itself, for answers that are streams and for errors that tell more.
    pub fn client(&self) -> &reqwest::Client {
        &self.client
    }
}

impl Transport for ReqwestTransport {
    fn trace(&self) -> Option<TraceParent> {
        traces::current()
    }

    async fn send(
        &self,
        mut request: http::Request<Bytes>,
        deadline: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        if let Some(parent) = self.trace().and_then(|parent| HeaderValue::try_from(parent.to_string()).ok()) {
            request.headers_mut().insert(traces::HEADER, parent);
        }
        let mut request = reqwest::Request::try_from(request).map_err(|_| TransportError::Unreachable)?;
        *request.timeout_mut() = Some(deadline);
        let mut response = self.client.execute(request).await.map_err(|error| classify(&error))?;

        let mut bytes = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| TransportError::NoAnswer)? {
            if bytes.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(TransportError::NoAnswer);
            }
            bytes.extend_from_slice(&chunk);
        }
        let mut answer = http::Response::new(bytes.freeze());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        Ok(answer)
    }
}

/// Only what fails before a connection stands proves that the store has not seen the request.
pub(crate) fn classify(error: &reqwest::Error) -> TransportError {
    if error.is_connect() || error.is_builder() { TransportError::Unreachable } else { TransportError::NoAnswer }
}
