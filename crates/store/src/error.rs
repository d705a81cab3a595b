//! Why an operation failed, and what the caller may conclude.

use domain::Code;
use upstash::{Refusal, Unexpected};

use crate::TransportError;

/// Why an operation failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// What the caller asked is refused: unknown room, reused id, expired image.
    #[error(transparent)]
    Refused(#[from] domain::Error),
    /// The store can't be reached or refused the command; nothing was done. The text is for logs.
    #[error("store unavailable: {0}")]
    Unavailable(String),
    /// No answer in time, or an unreadable one; what was asked may have been done. The text is for logs.
    #[error("outcome unknown: {0}")]
    OutcomeUnknown(String),
}

impl From<Error> for domain::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal,
            Error::Unavailable(_) => Self::new(Code::StoreUnavailable, "The store can't be reached; nothing was saved"),
            Error::OutcomeUnknown(_) => Self::new(
                Code::OutcomeUnknown,
                "The store did not answer in time; the change may appear. Retry with the same id",
            ),
        }
    }
}

/// Whether a request changes anything: a read without an answer is merely unavailable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Read,
    Write,
}

impl Effect {
    /// The error when the request may have been carried out.
    pub(crate) fn unknown(self, text: &impl ToString) -> Error {
        match self {
            Self::Read => Error::Unavailable(text.to_string()),
            Self::Write => Error::OutcomeUnknown(text.to_string()),
        }
    }

    /// The error when the transport failed.
    pub(crate) fn transport(self, error: TransportError) -> Error {
        match error {
            TransportError::Unreachable => Error::Unavailable(error.to_string()),
            TransportError::NoAnswer => self.unknown(&error),
        }
    }

    /// The error when the store answered with one.
    pub(crate) fn answer(self, error: &upstash::Error) -> Error {
        match error {
            upstash::Error::Unreadable(_) => self.unknown(error),
            upstash::Error::Status { status, text } if may_have_run(*status, text) => self.unknown(error),
            _ => Error::Unavailable(error.to_string()),
        }
    }

    /// The error when the reply has another shape than the command's.
    pub(crate) fn shape(self, error: &Unexpected) -> Error {
        self.unknown(error)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Unavailable(refusal.to_string())
    }
}

/// Something between us and the store gave up waiting for it (408, 502, 504), or RoomTalk's own gateway lost its Redis
/// server after sending the command, which it says with 503 and in these words.
fn may_have_run(status: u16, text: &str) -> bool {
    matches!(status, 408 | 502 | 504) || text.contains("may have been executed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16, text: &str) -> upstash::Error {
        upstash::Error::Status { status, text: text.to_owned() }
    }

    #[test]
    fn a_write_that_may_have_run_is_unknown_and_a_read_is_unavailable() {
        for error in [
            upstash::Error::Unreadable("cut".to_owned()),
            status(502, "Bad Gateway"),
            status(504, ""),
            status(503, "UNAVAILABLE the connection broke; the command may have been executed"),
        ] {
            assert!(matches!(Effect::Write.answer(&error), Error::OutcomeUnknown(_)), "{error}");
            assert!(matches!(Effect::Read.answer(&error), Error::Unavailable(_)), "{error}");
        }
        assert!(matches!(Effect::Write.transport(TransportError::NoAnswer), Error::OutcomeUnknown(_)));
        assert!(matches!(Effect::Read.transport(TransportError::NoAnswer), Error::Unavailable(_)));
    }

    #[test]
    fn a_write_that_the_store_refused_is_unavailable() {
        for error in [
            upstash::Error::Unauthorized("WRONGPASS".to_owned()),
            upstash::Error::Refused(Refusal::new("ERR max requests limit exceeded. Limit: 1, Usage: 1")),
            upstash::Error::Discarded(Refusal::new("ERR DB capacity quota exceeded")),
            status(429, ""),
            status(500, ""),
            status(503, "UNAVAILABLE the Redis server can't be reached"),
        ] {
            assert!(matches!(Effect::Write.answer(&error), Error::Unavailable(_)), "{error}");
        }
        assert!(matches!(Effect::Write.transport(TransportError::Unreachable), Error::Unavailable(_)));
    }

    #[test]
    fn callers_get_codes_that_say_whether_to_retry_with_the_same_id() {
        let code = |error: Error| domain::Error::from(error).code;
        assert_eq!(code(Error::Unavailable(String::new())), Code::StoreUnavailable);
        assert_eq!(code(Error::OutcomeUnknown(String::new())), Code::OutcomeUnknown);
        assert_eq!(code(domain::Error::room_not_found().into()), Code::RoomNotFound);
    }
}
