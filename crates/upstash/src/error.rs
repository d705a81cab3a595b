//! How a store refuses.

/// Why an answer holds no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// 401: the token is missing or wrong.
    #[error("{0}")]
    Unauthorized(String),
    /// The command was refused or failed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The whole transaction or pipeline was refused; none of its commands ran.
    #[error("discarded: {0}")]
    Discarded(Refusal),
    /// A status that the protocol does not name, from the store or from something in front of it.
    #[error("HTTP status {status}: {text}")]
    Status {
        /// The status.
        status: u16,
        /// The beginning of the body.
        text: String,
    },
    /// A success whose body can't be read: truncated, not JSON, or not of the protocol. What was asked was done, or not.
    #[error("unreadable answer: {0}")]
    Unreadable(String),
}

/// An error reply of one command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Refusal {
    /// What it means for the caller.
    pub kind: Kind,
    /// The store's text, for logs.
    pub text: String,
}

/// The kinds of error reply that callers tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The script is not in the store's cache: send its source. Nothing was done.
    NoScript,
    /// A key holds another type than the command works on.
    WrongType,
    /// The token may not do this.
    NoPermission,
    /// The plan's commands, bandwidth, connections or memory are used up.
    Quota,
    /// The request, record or key is larger than the store takes.
    TooLarge,
    /// Everything else.
    Other,
}

impl Refusal {
    /// Reads the kind off the store's text.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let kind = match text.split(' ').next().unwrap_or_default() {
            "NOSCRIPT" => Kind::NoScript,
            "WRONGTYPE" => Kind::WrongType,
            "NOPERM" => Kind::NoPermission,
            "OOM" => Kind::Quota,
            _ if is_quota(&text) => Kind::Quota,
            _ if is_size(&text) => Kind::TooLarge,
            _ => Kind::Other,
        };
        Self { kind, text }
    }
}

fn is_quota(text: &str) -> bool {
    ["max requests limit", "max daily request limit", "max concurrent connections", "capacity quota", "bandwidth limit"]
        .iter()
        .any(|part| text.contains(part))
}

fn is_size(text: &str) -> bool {
    ["max request size", "max single record size", "max key size"].iter().any(|part| text.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_texts_get_their_kinds() {
        let cases = [
            ("NOSCRIPT No matching script. Please use EVAL.", Kind::NoScript),
            ("NOSCRIPT No matching script.", Kind::NoScript),
            ("WRONGTYPE Operation against a key holding the wrong kind of value", Kind::WrongType),
            ("NOPERM this user has no permissions to run the 'set' command", Kind::NoPermission),
            ("ERR max requests limit exceeded. Limit: 500000, Usage: 500000. See https://…", Kind::Quota),
            ("ERR max daily request limit exceeded. Limit: 10000, Usage: 10000.", Kind::Quota),
            ("ERR DB capacity quota exceeded", Kind::Quota),
            ("ERR max concurrent connections exceeded", Kind::Quota),
            ("OOM command not allowed when used memory > 'maxmemory'.", Kind::Quota),
            ("ERR max request size exceeded", Kind::TooLarge),
            ("ERR max single record size exceeded", Kind::TooLarge),
            ("ERR max key size exceeded. Limit: 32768 bytes, Actual: 40000 bytes", Kind::TooLarge),
            ("ERR wrong number of arguments for 'get' command", Kind::Other),
            ("ERR NOSCRIPT is only a word here", Kind::Other),
            ("", Kind::Other),
        ];
        for (text, kind) in cases {
            assert_eq!(Refusal::new(text).kind, kind, "{text}");
        }
    }
}
