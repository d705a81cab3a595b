//! Values of the client library as replies.

use bytes::Bytes;
use redis::Value;

use crate::Reply;
use crate::backend::Command;
use crate::texts;

/// A value as a reply in RESP2's shapes. RESP3's own shapes never come over a RESP2 connection; they are given the shape
/// that RESP2 has for them.
pub(super) fn reply(value: Value) -> Reply {
    match value {
        Value::Nil => Reply::Nil,
        Value::Int(number) => Reply::Integer(number),
        Value::BulkString(bytes) => Reply::Bulk(bytes.into()),
        Value::Array(items) | Value::Set(items) => Reply::Array(items.into_iter().map(reply).collect()),
        Value::SimpleString(text) => Reply::Status(text),
        Value::Okay => Reply::Status("OK".to_owned()),
        Value::ServerError(error) => Reply::Error(match error.details() {
            Some(details) => format!("{} {details}", error.code()),
            None => error.code().to_owned(),
        }),
        Value::Map(pairs) => {
            Reply::Array(pairs.into_iter().flat_map(|(key, value)| [reply(key), reply(value)]).collect())
        }
        Value::Double(number) => Reply::Bulk(number.to_string().into()),
        Value::Boolean(yes) => Reply::Integer(yes.into()),
        Value::VerbatimString { text, .. } => Reply::Bulk(text.into()),
        Value::BigNumber(digits) => Reply::Bulk(Bytes::from(digits)),
        Value::Attribute { data, .. } => reply(*data),
        Value::Push { data, .. } => Reply::Array(data.into_iter().map(reply).collect()),
        other => Reply::Error(format!("ERR the Redis server answered in an unknown shape: {other:?}")),
    }
}

/// An error of a Redis server in Upstash's words, where they differ.
pub(super) fn wording(text: &str, command: &Command) -> String {
    if text.starts_with("NOSCRIPT") {
        return texts::NO_SCRIPT.to_owned();
    }
    if text.starts_with("ERR unknown command") {
        let name = command.first().map(|name| String::from_utf8_lossy(name)).unwrap_or_default();
        return texts::not_available(&name);
    }
    text.to_owned()
}
