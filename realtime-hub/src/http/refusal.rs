//! A refusal as an answer.

use axum::Json;
use axum::body::Body;
use axum::response::IntoResponse;
use http::{Response, StatusCode};

/// The error as JSON, with the status of its code.
pub(super) fn refuse(error: &domain::Error) -> Response<Body> {
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(error)).into_response()
}
