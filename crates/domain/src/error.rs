//! What can be wrong with a request, with the code and the HTTP status that every part of RoomTalk answers.

use std::borrow::Cow;
use std::time::Duration;

use serde::Serialize;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A refusal: a stable code for programs and a sentence for people.
///
/// Serialized as `{"error": "…", "code": "…", "field": "…", "retryAfter": 1}`, `field` only where one is to blame and
/// `retryAfter` only where waiting helps.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("{message}")]
pub struct Error {
    /// The sentence.
    #[serde(rename = "error")]
    pub message: Cow<'static, str>,
    /// The code.
    pub code: Code,
    /// The JSON field, query parameter or header that is to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<Cow<'static, str>>,
    /// Whole seconds after which another try may pass.
    #[serde(rename = "retryAfter", skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

/// The codes of the contract. Serialized in snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// 400: the body is not JSON, or not a JSON object.
    MalformedJson,
    /// 400: a required field is missing or empty.
    MissingField,
    /// 400: `after`, `before` or `limit` is not a number in its range.
    InvalidCursor,
    /// 401: an issued id acts without its token, or with a wrong one.
    Unauthorized,
    /// 403: the id may not do this.
    Forbidden,
    /// 403: the id was not issued by this deployment, and only issued ones may act.
    OpenIdsDisabled,
    /// 404: no room has this id.
    RoomNotFound,
    /// 404: the room has no such image.
    ImageNotFound,
    /// 404: no such route.
    NotFound,
    /// 405: the route exists, the method does not.
    MethodNotAllowed,
    /// 409: the message id was used before, by another sender or for other content.
    IdReused,
    /// 413: the body, or an image in it, is too large.
    TooLarge,
    /// 415: the content type, or the image format, is not accepted.
    UnsupportedMediaType,
    /// 422: a field has the wrong type, form or length.
    InvalidField,
    /// 422: an image that the message names was uploaded too long ago and is gone; upload it again.
    ImageExpired,
    /// 429: too many requests; wait for the seconds in `Retry-After`.
    RateLimited,
    /// Socket only: the event needs a registered socket.
    NotRegistered,
    /// 500: a fault of RoomTalk itself.
    Internal,
    /// 503: the store refused or can't be reached; nothing was done.
    StoreUnavailable,
    /// 503: the store did not answer in time; what was asked may or may not have been done. Retry with the same id.
    OutcomeUnknown,
    /// 503: the store's data has a layout that this version does not know; nothing was done.
    StoreNewer,
    /// 503: this deployment lacks a setting, named in the message.
    NotConfigured,
}

impl Code {
    /// The HTTP status of this code.
    pub const fn status(self) -> u16 {
        match self {
            Self::MalformedJson | Self::MissingField | Self::InvalidCursor => 400,
            Self::Unauthorized | Self::NotRegistered => 401,
            Self::Forbidden | Self::OpenIdsDisabled => 403,
            Self::RoomNotFound | Self::ImageNotFound | Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::IdReused => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::InvalidField | Self::ImageExpired => 422,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::StoreUnavailable | Self::OutcomeUnknown | Self::StoreNewer | Self::NotConfigured => 503,
        }
    }
}

impl Error {
    /// A refusal with this code and sentence.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { message: message.into(), code, field: None, retry_after: None }
    }

    /// The same refusal, blaming `field`.
    #[must_use]
    pub fn at(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// 422 for `field`, with a sentence that starts with its name.
    pub fn invalid(field: &'static str, why: impl std::fmt::Display) -> Self {
        Self::new(Code::InvalidField, format!("{field} {why}")).at(field)
    }

    /// 429 for too many of `what` (a plural), with the time after which it passes again.
    pub fn rate_limited(what: &str, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let seconds = seconds.max(1);
        let message = format!("Too many {what}; try again in {seconds} s");
        Self { retry_after: Some(seconds), ..Self::new(Code::RateLimited, message) }
    }

    /// 404 for a room.
    pub fn room_not_found() -> Self {
        Self::new(Code::RoomNotFound, "Room not found")
    }
}

#[cfg(test)]
mod tests;
