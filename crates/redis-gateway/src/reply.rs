//! A reply in the shapes of RESP2.

use bytes::Bytes;

/// What a command answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// A nil bulk string or nil array.
    Nil,
    /// An integer.
    Integer(i64),
    /// A bulk string: any bytes.
    Bulk(Bytes),
    /// A status such as `OK` or `PONG`.
    Status(String),
    /// An array.
    Array(Vec<Reply>),
    /// An error, its text starting with its kind (`ERR …`, `WRONGTYPE …`, `NOSCRIPT …`).
    Error(String),
}
