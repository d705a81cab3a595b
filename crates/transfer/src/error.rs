//! Why a transfer ended before its end.

/// Why a transfer ended before its end. What was done until then stays, and doing it again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The old Redis can't be reached, or refused a command.
    #[error("the old store: {0}")]
    Source(#[from] redis::RedisError),
    /// The old Redis is there and holds no rooms of v0.4.
    #[error("the old store holds nothing of RoomTalk v0.4 ({0}); is it the right address and the right database?")]
    NoSource(&'static str),
    /// The new store can't be reached, or refused an operation.
    #[error("the new store: {0}")]
    Store(#[from] store::Error),
    /// The new store has the old one's keys.
    #[error("the new store is a Redis that holds RoomTalk v0.4's own keys; give the new rooms a database of their own")]
    SameStore,
    /// No room has the id.
    #[error("there is no room with this id")]
    NoRoom,
    /// The store went back to an earlier state while it was read.
    #[error("the store went back to an earlier state while the room was read; export it again")]
    WentBack,
    /// The output can't be written.
    #[error("can't write the output: {0}")]
    Output(#[from] std::io::Error),
}
