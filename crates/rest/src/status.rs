//! How the deployment is, and what its API is.

use domain::{Code, timestamp};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use store::{Store, Transport};

use crate::{Call, Detail, Failure, Response, Result, reply};

/// The contract of the API, OpenAPI 3.1 in JSON.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// v0.4's fields, and on failure those of an error.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "v0.4 named it")]
struct Status {
    status: &'static str,
    redis: &'static str,
    socket_adapter_ready: bool,
    /// Not known while the store is away.
    rooms: Option<u64>,
    timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
}

/// `GET /api/status`. The store is asked each time; `store` should have a deadline below 2 s. `now`: Unix time in ms.
pub async fn handle<T: Transport>(_: &Call, store: &Store<T>, now: u64) -> Result<Response> {
    let timestamp = timestamp(now);
    match store.status().await {
        Ok((rooms, socket_adapter_ready)) => {
            let status = Status {
                status: "online",
                redis: "connected",
                socket_adapter_ready,
                rooms: Some(rooms),
                timestamp,
                error: None,
                code: None,
            };
            Ok(reply::json(StatusCode::OK, &status))
        }
        Err(failure) => {
            let status = Status {
                status: "degraded",
                redis: "disconnected",
                socket_adapter_ready: false,
                rooms: None,
                timestamp,
                error: Some("The store can't be reached"),
                code: Some(Code::StoreUnavailable),
            };
            let mut response = reply::json(StatusCode::SERVICE_UNAVAILABLE, &status);
            let Failure { detail, .. } = failure.into();
            response.extensions_mut().insert(detail.unwrap_or(Detail("the store refused".to_owned())));
            Ok(response)
        }
    }
}

/// `GET /api/openapi.json`.
pub fn document() -> Response {
    let mut response = reply::json_text(StatusCode::OK, DOCUMENT);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}
