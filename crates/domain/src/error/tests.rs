use std::time::Duration;

use serde_json::json;

use super::{Code, Error};

#[test]
fn a_refusal_is_told_as_error_code_and_field() {
    let error = Error::invalid("name", "must be a string");
    let told = json!({"error": "name must be a string", "code": "invalid_field", "field": "name"});
    assert_eq!(serde_json::to_value(&error).unwrap(), told);
    assert_eq!(error.to_string(), "name must be a string");
}

#[test]
fn a_refusal_that_blames_no_field_has_none() {
    let told = json!({"error": "Room not found", "code": "room_not_found"});
    assert_eq!(serde_json::to_value(Error::room_not_found()).unwrap(), told);
}

#[test]
fn a_rate_limit_tells_whole_seconds_to_wait() {
    for (wait, seconds) in [(0, 1), (200, 1), (1000, 1), (1001, 2), (3_600_000, 3600)] {
        let error = Error::rate_limited("messages", Duration::from_millis(wait));
        let told = serde_json::to_value(&error).unwrap();
        assert_eq!((&told["code"], &told["retryAfter"]), (&json!("rate_limited"), &json!(seconds)), "{wait} ms");
        assert_eq!(told["error"], format!("Too many messages; try again in {seconds} s"));
    }
}

#[test]
fn every_code_has_the_status_of_the_contract() {
    for (code, name, status) in [
        (Code::MalformedJson, "malformed_json", 400),
        (Code::MissingField, "missing_field", 400),
        (Code::InvalidCursor, "invalid_cursor", 400),
        (Code::Unauthorized, "unauthorized", 401),
        (Code::NotRegistered, "not_registered", 401),
        (Code::Forbidden, "forbidden", 403),
        (Code::OpenIdsDisabled, "open_ids_disabled", 403),
        (Code::RoomNotFound, "room_not_found", 404),
        (Code::ImageNotFound, "image_not_found", 404),
        (Code::NotFound, "not_found", 404),
        (Code::MethodNotAllowed, "method_not_allowed", 405),
        (Code::IdReused, "id_reused", 409),
        (Code::TooLarge, "too_large", 413),
        (Code::UnsupportedMediaType, "unsupported_media_type", 415),
        (Code::InvalidField, "invalid_field", 422),
        (Code::ImageExpired, "image_expired", 422),
        (Code::RateLimited, "rate_limited", 429),
        (Code::Internal, "internal", 500),
        (Code::StoreUnavailable, "store_unavailable", 503),
        (Code::OutcomeUnknown, "outcome_unknown", 503),
        (Code::StoreNewer, "store_newer", 503),
        (Code::NotConfigured, "not_configured", 503),
    ] {
        assert_eq!((serde_json::to_value(code).unwrap(), code.status()), (json!(name), status));
    }
}
