//! Error texts of Upstash's REST API, word for word, in one place.

/// No or a wrong token: with 401.
pub(crate) const WRONG_PASS: &str = "WRONGPASS invalid or missing auth token. See https://docs.upstash.com/redis/troubleshooting/http_unauthorized for details.";
/// An unknown script digest.
pub(crate) const NO_SCRIPT: &str = "NOSCRIPT No matching script. Please use EVAL.";
/// A body larger than a request may be.
pub(crate) const TOO_LARGE: &str = "ERR max request size exceeded";
/// `null` among the arguments.
pub(crate) const NULL_ARGUMENT: &str = "ERR null args are not supported";
/// A command without a name.
pub(crate) const EMPTY_COMMAND: &str = "ERR empty command";
/// A batch without a command.
pub(crate) const EMPTY_PIPELINE: &str = "ERR empty pipeline request";
/// A body that is JSON, but no array.
pub(crate) const NOT_AN_ARRAY: &str = "expected JSON array";
/// An empty body where JSON is needed.
pub(crate) const NO_BODY: &str = "EOF";

/// A command that the store does not have, or that is not for users.
pub(crate) fn not_available(name: &str) -> String {
    let name = name.to_ascii_uppercase();
    format!(
        "ERR Command is not available: '{name}'. See https://upstash.com/docs/redis/overall/rediscompatibility for details"
    )
}

/// A command that needs a connection of its own.
pub(crate) fn not_over_rest(name: &str) -> String {
    format!("ERR Command \"{name}\" is not allowed in REST or it has a special context path")
}

/// An object (`{`) or an array (`[`) among the arguments.
pub(crate) fn nested_argument(delimiter: char) -> String {
    format!("ERR unsupported arg type: \"{delimiter}\": json.Delim")
}

/// A command with too few or too many arguments.
pub(crate) fn wrong_number_of_arguments(name: &str) -> String {
    format!("ERR wrong number of arguments for '{name}' command")
}
