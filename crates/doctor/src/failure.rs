//! Why a request of a check has no reply, and what to do about it when the check itself knows no better.

use store::TransportError;
use upstash::{Kind, Refusal, Unexpected};

/// The mend when a user may not do something.
pub(crate) const PERMISSION: &str = "at Upstash take the standard token, not the read-only one; on your own Redis give the \
     user all that the line `user roomtalk …` in docs/stores.md gives";
/// The mend when the store takes no more.
const FULL: &str = "a limit is reached: at Upstash see console.upstash.com → database → Usage and choose a larger plan; on your \
     own Redis raise `maxmemory`";
/// The mend when a command is missing or works differently.
pub(crate) const COMMANDS: &str = "use Upstash, Redis 7.0 or newer, Valkey, or RoomTalk's embedded store; a command that was \
     taken away by `rename-command` in redis.conf must be given back";
/// The mend when the REST protocol is not spoken as Upstash does.
pub(crate) const PROTOCOL: &str = "use Upstash, or redis-gateway in front of your own Redis; other REST proxies leave out \
     what RoomTalk needs";
/// The mend when the token is refused.
pub(crate) const TOKEN: &str = "copy UPSTASH_REDIS_REST_TOKEN from console.upstash.com → database → REST API; of a local \
     gateway it stands in the file redis-token of its data folder (`cat .roomtalk/redis-token`)";

/// Why there is no reply.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The exchange ended without an answer.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The answer is none that can be used.
    #[error("{}", one_line(.0))]
    Answer(#[from] upstash::Error),
    /// The reply has another shape.
    #[error(transparent)]
    Shape(#[from] Unexpected),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Answer(refusal.into())
    }
}

impl Failure {
    /// What to do.
    pub(crate) fn mend(&self) -> String {
        match self {
            Self::Transport(TransportError::Unreachable) => {
                "the store was there a moment ago: look at its log, then run this again".to_owned()
            }
            Self::Transport(TransportError::NoAnswer) => {
                "run this again; when it happens again, look at the store's log and at the time limits of proxies in \
                 front of it"
                    .to_owned()
            }
            Self::Answer(upstash::Error::Unauthorized(_)) => TOKEN.to_owned(),
            Self::Answer(upstash::Error::Refused(refusal) | upstash::Error::Discarded(refusal)) => {
                mend_of(refusal).to_owned()
            }
            Self::Answer(upstash::Error::Status { .. }) => {
                "that is no answer of a store: look at the log of what stands in front of it".to_owned()
            }
            Self::Answer(upstash::Error::Unreadable(_)) | Self::Shape(_) => PROTOCOL.to_owned(),
        }
    }

    /// The store said that it takes no request or record of this size.
    pub(crate) fn is_size(&self) -> bool {
        match self {
            Self::Answer(upstash::Error::Status { status, .. }) => *status == 413,
            Self::Answer(upstash::Error::Refused(refusal)) => refusal.kind == Kind::TooLarge,
            _ => false,
        }
    }

    /// The store may have carried it out, or is there and says no; but it was reached.
    pub(crate) fn refusal(self) -> Result<Refusal, Self> {
        match self {
            Self::Answer(upstash::Error::Refused(refusal)) => Ok(refusal),
            other => Err(other),
        }
    }
}

/// What to do about a refused command.
pub(crate) fn mend_of(refusal: &Refusal) -> &'static str {
    mend_for(&refusal.text).unwrap_or(COMMANDS)
}

/// What to do about an error of this text, when that does not depend on what was tried. In a script, in a transaction, and
/// to the gateway's subscriber, the text says what the error's kind does not.
pub(crate) fn mend_for(text: &str) -> Option<&'static str> {
    let says = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
    if says(&["NOPERM", "NoPerm", "ACL failure", "no permissions", "can't run this command"]) {
        return Some(PERMISSION);
    }
    let full =
        ["OOM command", "quota exceeded", "request limit", "requests limit", "bandwidth limit", "max concurrent"];
    says(&full).then_some(FULL)
}

/// An error's text without line ends: it may quote a web page.
pub(crate) fn one_line(error: &impl ToString) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_quotes_no_line_ends_and_always_has_a_mend() {
        let page = upstash::Error::Status { status: 502, text: "<html>\r\n<body>\n".to_owned() };
        assert_eq!(Failure::from(page).to_string(), "HTTP status 502: <html> <body>");
        for failure in [
            Failure::Transport(TransportError::Unreachable),
            Failure::Transport(TransportError::NoAnswer),
            Failure::Answer(upstash::Error::Unauthorized(String::new())),
            Failure::from(Refusal::new("NOPERM no")),
            Failure::from(Refusal::new("ERR max requests limit exceeded")),
            Failure::Answer(upstash::Error::Unreadable(String::new())),
        ] {
            assert!(!failure.mend().is_empty(), "{failure:?}");
        }
    }

    #[test]
    fn what_is_forbidden_or_full_is_told_wherever_it_is_said() {
        for text in
            ["NOPERM this user", "EXECABORT Transaction discarded because of: NOPERM x", "ERR ACL failure in script: x"]
        {
            assert_eq!(mend_for(text), Some(PERMISSION), "{text}");
        }
        for text in [
            "OOM command not allowed when used memory > 'maxmemory'.",
            "SET: ERR max requests limit exceeded. Limit: 500000",
            "ERR DB capacity quota exceeded",
        ] {
            assert_eq!(mend_for(text), Some(FULL), "{text}");
        }
        assert_eq!(mend_for("ERR Command is not available: 'X'"), None);
    }

    #[test]
    fn sizes_are_told_from_other_refusals() {
        assert!(Failure::from(Refusal::new("ERR max request size exceeded")).is_size());
        assert!(Failure::Answer(upstash::Error::Status { status: 413, text: String::new() }).is_size());
        assert!(!Failure::from(Refusal::new("OOM")).is_size());
    }
}
