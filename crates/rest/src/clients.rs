//! Identities.

use domain::{ClientId, Identities};
use http::StatusCode;
use serde::Serialize;

use crate::{Call, Response, Result, reply};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Issued {
    client_id: ClientId,
    token: String,
}

/// `POST /api/clients`: 201 `{clientId, token}`. Nothing is stored.
pub fn handle(_: &Call, identities: &Identities) -> Result<Response> {
    let (client_id, token) = identities.issue()?;
    Ok(reply::json(StatusCode::CREATED, &Issued { client_id, token }))
}
