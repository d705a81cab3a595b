//! The host's own answers.

use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
    },
};
use http_body_util::{BodyExt, Full};
use serde_json::json;
use wasmtime_wasi_http::WasiBody;

/// Why a request did not get a component's answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Refusal {
    /// 400: no host, or not a path.
    BadTarget,
    /// 400: the body broke off.
    BadBody,
    /// 404: no route.
    NotFound,
    /// 413: the body is larger than this many bytes.
    TooLarge(u64),
    /// 500: the component trapped, or answered with an error.
    Failed,
    /// 503: no instance is to be had.
    Overloaded,
    /// 504: no answer in time.
    Deadline,
}

impl Refusal {
    fn status(self) -> StatusCode {
        match self {
            Self::BadTarget | Self::BadBody => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
            Self::Deadline => StatusCode::GATEWAY_TIMEOUT,
        }
    }
}

/// `{"error","code"}`, as the application's own errors are.
pub(super) fn refuse(refusal: Refusal) -> Response<WasiBody> {
    let (code, error) = match refusal {
        Refusal::BadTarget => ("malformed", "the request names no host, or no path".into()),
        Refusal::BadBody => ("malformed", "the body ended early".into()),
        Refusal::NotFound => ("not_found", "no route for this path".into()),
        Refusal::TooLarge(limit) => ("too_large", format!("the body is larger than {limit} bytes")),
        Refusal::Failed => ("internal", "the component failed".into()),
        Refusal::Overloaded => ("overloaded", "too many requests are under way".into()),
        Refusal::Deadline => ("deadline_exceeded", "the component did not answer in time".to_string()),
    };
    let body = json!({ "error": error, "code": code }).to_string();
    let mut response = whole(refusal.status(), "application/json", body.into());
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if refusal == Refusal::Overloaded {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// What the host's own routes answer.
pub(super) fn text(content_type: &'static str, text: String) -> Response<WasiBody> {
    whole(StatusCode::OK, content_type, text.into())
}

fn whole(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<WasiBody> {
    let mut response = Response::new(Full::new(body).map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    response
}
