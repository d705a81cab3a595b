//! What Engine.IO says to a request that it can't serve.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use http_body_util::Full;

/// Codes and sentences are Engine.IO's own; clients know them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    UnknownTransport,
    UnknownSession,
    BadHandshakeMethod,
    BadRequest,
    UnsupportedVersion,
    TooLong,
    Stopping,
}

impl Refusal {
    pub(crate) fn answer(self) -> Response<Full<Bytes>> {
        let (status, body) = match self {
            Self::UnknownTransport => (StatusCode::BAD_REQUEST, r#"{"code":0,"message":"Transport unknown"}"#),
            Self::UnknownSession => (StatusCode::BAD_REQUEST, r#"{"code":1,"message":"Session ID unknown"}"#),
            Self::BadHandshakeMethod => (StatusCode::BAD_REQUEST, r#"{"code":2,"message":"Bad handshake method"}"#),
            Self::BadRequest => (StatusCode::BAD_REQUEST, r#"{"code":3,"message":"Bad request"}"#),
            Self::UnsupportedVersion => {
                (StatusCode::BAD_REQUEST, r#"{"code":5,"message":"Unsupported protocol version"}"#)
            }
            Self::TooLong => (StatusCode::PAYLOAD_TOO_LARGE, r#"{"code":3,"message":"Payload too large"}"#),
            // Clients try again after any answer that is no session.
            Self::Stopping => (StatusCode::SERVICE_UNAVAILABLE, r#"{"code":3,"message":"Stopping; connect again"}"#),
        };
        let mut response = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
        *response.status_mut() = status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}
