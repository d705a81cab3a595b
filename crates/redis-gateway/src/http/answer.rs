//! Answers that hold no reply of the store.

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, CONTENT_TYPE, ORIGIN, VARY,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::{SYNC_TOKEN, encode};
use crate::backend::UNAVAILABLE;

const METHODS: &str = "GET, HEAD, POST, PUT, OPTIONS";

/// 405, with nothing in it.
pub(super) fn method_not_allowed() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

/// An error that the store or the request's form gave: 503 when the store is not there, else 400.
pub(super) fn failure(text: &str) -> Response<Bytes> {
    let status = if text.starts_with(UNAVAILABLE) { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::BAD_REQUEST };
    error(status, text)
}

/// `{"error":"…"}` with a status.
pub(super) fn error(status: StatusCode, text: &str) -> Response<Bytes> {
    let mut body = Vec::new();
    encode::error(&mut body, text);
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The answer to a browser's question whether it may ask. The guard has let its origin pass.
pub(super) fn preflight(head: &Parts) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    if let Some(wanted) = head.headers.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    }
    response
}

/// Lets the pages of an allowed origin read the answer.
pub(super) fn allow_origin(head: &Parts, headers: &mut HeaderMap) {
    if let Some(origin) = head.headers.get(ORIGIN) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(SYNC_TOKEN));
        headers.insert(VARY, HeaderValue::from_static("Origin"));
    }
}
