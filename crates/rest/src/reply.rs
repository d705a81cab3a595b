//! The makings of an answer.

use bytes::Bytes;
use domain::{Code, Error};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::Response;

/// Only for this answer: errors, and what changes without a tag to tell.
pub(crate) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
/// For the one who asked, and only after asking again.
pub(crate) const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// An answer in JSON, not to be stored by anybody.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => json_text(status, body),
        Err(e) => {
            crate::Failure::from(Error::new(Code::Internal, format!("JSON can't be written: {e}"))).into_response()
        }
    }
}

/// The same, of JSON that is written already.
pub(crate) fn json_text(status: StatusCode, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, NO_STORE);
    response
}

/// The answer to what was refused or failed.
pub(crate) fn error(error: &Error) -> Response {
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let told = match error.code {
        // What went wrong inside is for the log alone.
        Code::Internal => &Error::new(Code::Internal, "Internal server error"),
        _ => error,
    };
    // The derived serializer of three strings can't fail.
    let mut response = json_text(status, serde_json::to_vec(told).unwrap_or_default());
    if error.code == Code::RateLimited {
        set(response.headers_mut(), header::RETRY_AFTER, &error.retry_after.unwrap_or(1));
    }
    response
}

/// Puts a header whose value is made at run time; one that can't stand in a header is left out.
pub(crate) fn set(headers: &mut HeaderMap, name: HeaderName, value: &impl ToString) {
    if let Ok(value) = HeaderValue::try_from(value.to_string()) {
        headers.insert(name, value);
    }
}

/// Puts a token that replaces the one which came with the request.
pub(crate) fn renew(response: &mut Response, token: Option<String>) {
    if let Some(token) = token {
        set(response.headers_mut(), HeaderName::from_static("roomtalk-token"), &token);
        response.headers_mut().insert(header::CACHE_CONTROL, NO_STORE);
    }
}

/// Puts the headers that go with everything: answers are what they say they are, run nothing, and tell no other site
/// which room they came from.
pub(crate) fn secure(headers: &mut HeaderMap) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
}

/// Makes length and body fit the method and the status.
pub(crate) fn frame(response: &mut Response, is_head: bool) {
    let bodiless = matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    if is_head || bodiless {
        *response.body_mut() = Bytes::new();
    } else {
        let length = HeaderValue::from(response.body().len());
        response.headers_mut().insert(header::CONTENT_LENGTH, length);
    }
}
