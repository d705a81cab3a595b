//! What a check found.

use serde::Serialize;

use crate::failure::Failure;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As RoomTalk needs it.
    Ok,
    /// RoomTalk works, but not at its best, or it can't be seen from here whether it does.
    Warn,
    /// RoomTalk does not work on this store as promised.
    Fail,
    /// Not looked at, since something that it needs has failed.
    Skip,
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The check's name.
    pub check: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// What was seen, in a sentence.
    pub seen: String,
    /// What to set or to run; always there with a warning or a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

/// A finding that does not know yet which check it is of.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) verdict: Verdict,
    pub(crate) seen: String,
    pub(crate) mend: Option<String>,
}

impl Outcome {
    pub(crate) fn ok(seen: impl Into<String>) -> Self {
        Self { verdict: Verdict::Ok, seen: seen.into(), mend: None }
    }

    pub(crate) fn warn(seen: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warn, seen: seen.into(), mend: Some(mend.into()) }
    }

    pub(crate) fn fail(seen: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fail, seen: seen.into(), mend: Some(mend.into()) }
    }

    pub(crate) fn skip(seen: impl Into<String>) -> Self {
        Self { verdict: Verdict::Skip, seen: seen.into(), mend: None }
    }

    pub(crate) fn of(self, check: &'static str) -> Finding {
        Finding { check, verdict: self.verdict, seen: self.seen, mend: self.mend }
    }
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        let mend = failure.mend();
        Self::fail(failure.to_string(), mend)
    }
}
