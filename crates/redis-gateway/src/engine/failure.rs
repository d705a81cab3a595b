//! Why a command fails: Redis's error texts.

use std::borrow::Cow;

use crate::Reply;

/// The text of an error reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure(Cow<'static, str>);

/// What a command answers.
pub(crate) type Answer = Result<Reply, Failure>;

impl Failure {
    pub(crate) const WRONG_TYPE: Self = Self::text("WRONGTYPE Operation against a key holding the wrong kind of value");
    pub(crate) const SYNTAX: Self = Self::text("ERR syntax error");
    pub(crate) const NOT_INTEGER: Self = Self::text("ERR value is not an integer or out of range");
    pub(crate) const NOT_FLOAT: Self = Self::text("ERR value is not a valid float");
    pub(crate) const OUT_OF_RANGE: Self = Self::text("ERR value is out of range");
    pub(crate) const NOT_POSITIVE: Self = Self::text("ERR value is out of range, must be positive");
    pub(crate) const OVERFLOW: Self = Self::text("ERR increment or decrement would overflow");
    pub(crate) const NO_SUCH_KEY: Self = Self::text("ERR no such key");
    pub(crate) const TOO_LONG: Self = Self::text("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
    pub(crate) const INCREMENT_NAN: Self = Self::text("ERR increment would produce NaN or Infinity");
    pub(crate) const NUMKEYS: Self = Self::text("ERR numkeys should be greater than 0");
    pub(crate) const LIMIT_NEGATIVE: Self = Self::text("ERR LIMIT can't be negative");
    pub(crate) const TOO_MANY_KEYS: Self = Self::text("ERR Number of keys can't be greater than number of args");

    /// A failure with a fixed text.
    pub(crate) const fn text(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// A failure with a text made for the occasion.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(Cow::Owned(text.into()))
    }

    /// A command that the engine lacks.
    pub(crate) fn not_available(name: &[u8]) -> Self {
        let name = String::from_utf8_lossy(name).to_ascii_uppercase();
        Self::new(format!(
            "ERR Command is not available: '{name}'. See https://upstash.com/docs/redis/overall/rediscompatibility for details"
        ))
    }

    /// A command with too few or too many arguments.
    pub(crate) fn arity(name: &str) -> Self {
        Self::new(format!("ERR wrong number of arguments for '{name}' command"))
    }

    /// A subcommand that does not exist.
    pub(crate) fn subcommand(command: &str, sub: &[u8]) -> Self {
        Self::new(format!("ERR unknown subcommand '{}'. Try {command} HELP.", String::from_utf8_lossy(sub)))
    }

    /// A subcommand with options that it does not have.
    pub(crate) fn subcommand_syntax(command: &str, sub: &[u8]) -> Self {
        let sub = String::from_utf8_lossy(sub);
        Self::new(format!("ERR unknown subcommand or wrong number of arguments for '{sub}'. Try {command} HELP."))
    }

    /// An expiry that is negative or overflows.
    pub(crate) fn expire_time(command: &str) -> Self {
        Self::new(format!("ERR invalid expire time in '{command}' command"))
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Failure> for Reply {
    fn from(failure: Failure) -> Self {
        Self::Error(failure.0.into_owned())
    }
}
