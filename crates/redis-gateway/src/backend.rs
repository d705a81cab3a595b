//! What the REST server needs of a store, whichever it is.

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::Reply;
use crate::http::write_resp2;

/// The kind (first word) of an error text with which a backend says that the store itself can't be reached or did not
/// answer in time, which is no fault of the command. The server answers it with 503.
pub const UNAVAILABLE: &str = "UNAVAILABLE";

/// A command and its arguments.
pub type Command = Vec<Bytes>;

/// A channel or pattern that a stream listens to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Topic {
    /// SUBSCRIBE.
    Channel(Bytes),
    /// PSUBSCRIBE, with Redis's glob syntax.
    Pattern(Bytes),
}

/// A published message as it reaches one subscriber.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// The pattern that matched, for a pattern subscription.
    pub pattern: Option<Bytes>,
    /// The channel.
    pub channel: Bytes,
    /// The payload.
    pub payload: Bytes,
}

/// A store behind the REST server: the embedded engine or a Redis server.
pub trait Backend: Send + Sync + 'static {
    /// Runs commands in order, not atomically; one reply each. A failing command is a [`Reply::Error`] and stops nothing.
    fn pipeline(&self, commands: Vec<Command>) -> impl Future<Output = Vec<Reply>> + Send;

    /// Runs one command and gives its reply in Redis's wire format, without taking it apart where that can be; a failing
    /// command as [`Reply::Error`].
    fn fetch(&self, command: Command) -> impl Future<Output = Result<Bytes, Reply>> + Send {
        async { encoded(self.pipeline(vec![command]).await.pop().unwrap_or(Reply::Nil)) }
    }

    /// Runs commands atomically (MULTI/EXEC). `Err` with the error text when the whole transaction was discarded.
    fn transaction(&self, commands: Vec<Command>) -> impl Future<Output = Result<Vec<Reply>, String>> + Send;

    /// Listens. The receiver is closed by the backend when the subscriber falls too far behind or the store is gone; the
    /// subscription ends when the receiver is dropped. Returns only once the subscription stands.
    fn subscribe(&self, topics: Vec<Topic>) -> impl Future<Output = Result<mpsc::Receiver<Push>, String>> + Send;
}

/// A reply in Redis's wire format; an error as it is.
pub(crate) fn encoded(reply: Reply) -> Result<Bytes, Reply> {
    if matches!(reply, Reply::Error(_)) {
        return Err(reply);
    }
    let mut out = Vec::new();
    write_resp2(&mut out, &reply);
    Ok(out.into())
}
