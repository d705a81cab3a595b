//! The embedded engine: Redis's data structures in memory, one writer, an append-only log.
//!
//! Every command is run by one thread, in order of arrival. It takes all requests that wait, runs them, writes their
//! effects to the log with one write (and, under [`Fsync::Always`], one sync), and only then answers them: durability is
//! paid once per batch. Nothing that the log refused is ever acknowledged or shown to a subscriber.
// Redis's own arithmetic is full of them, and each is guarded by a range check where it could lose something.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)]

mod args;
mod commands;
mod data;
mod dataset;
mod failure;
mod glob;
mod log;
mod number;
mod pubsub;
mod random;
mod script;
mod server;
mod writer;

use std::{
    io,
    path::PathBuf,
    sync::{Arc, mpsc::Sender},
};

use tokio::sync::{mpsc, oneshot};

use crate::{Backend, Command, Push, Reply, Topic};
pub use dataset::Dataset;
pub use log::Damage;
use log::Log;
use pubsub::PubSub;
use server::Server;
use writer::{Request, Writer};

/// The name of a command that there is, in lower case.
pub(crate) fn command_name(name: &[u8]) -> Option<&'static str> {
    commands::named(name).map(|spec| spec.name).filter(|name| !name.contains('|'))
}

/// When the log reaches the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fsync {
    /// Before each answer: what was acknowledged survives a power cut.
    #[default]
    Always,
    /// At least once a second: what was acknowledged survives the end of the process, and of the last second before a
    /// power cut some may be lost.
    EverySec,
    /// When the operating system likes.
    No,
}

/// How an engine runs.
#[derive(Debug, Clone, Default)]
pub struct EngineConfig {
    /// Directory of the log, made when missing and locked while open; `None` keeps everything in memory only.
    pub dir: Option<PathBuf>,
    /// When the log reaches the disk.
    pub fsync: Fsync,
}

/// Why an engine can't be opened or closed.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Another process, or another engine in this one, has the directory open.
    #[error("{} is in use by another process", path.display())]
    Locked {
        /// The directory.
        path: PathBuf,
    },
    /// The log holds something that is no command, and it is not at its end: the file was damaged.
    #[error("{} is damaged at byte {offset}: {reason}", path.display())]
    Corrupt {
        /// The log.
        path: PathBuf,
        /// Where the damage starts, in bytes from the start of the file.
        offset: u64,
        /// What was found there.
        reason: String,
    },
    /// The log is in a format of a newer version. It is left as it is.
    #[error(
        "{} was written by a newer RoomTalk (log format {format}, this version knows up to {known}): start that version, or \
         restore a backup from before the upgrade", path.display()
    )]
    Newer {
        /// The log.
        path: PathBuf,
        /// Its format, as it tells it.
        format: String,
        /// The newest format that this version reads.
        known: u64,
    },
    /// A file can't be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The writer thread could not be started, or ended before its time.
    #[error("the engine's thread: {0}")]
    Thread(io::Error),
    /// The log could not be made durable at the end.
    #[error("the log can't be written: {0}")]
    Log(io::Error),
}

/// The engine. Dropping it ends it as [`Engine::close`] does, without waiting.
#[derive(Debug)]
pub struct Engine {
    requests: Sender<Request>,
    pubsub: Arc<PubSub>,
}

impl Engine {
    /// Opens the data directory, replays its log and starts the writer.
    pub fn open(config: EngineConfig) -> Result<Self, EngineError> {
        let (log, mut server) = match config.dir {
            Some(dir) => {
                let (log, server) = Log::open(&dir, config.fsync)?;
                (Some(log), server)
            }
            None => (None, Server::loading()),
        };
        server.go_live(log.is_some().then_some(config.fsync));
        let pubsub = server.pubsub.clone();
        let requests = Writer::start(server, log).map_err(EngineError::Thread)?;
        Ok(Self { requests, pubsub })
    }

    /// Waits for what is under way, makes the log durable and unlocks the directory. Later commands are refused.
    pub async fn close(&self) -> Result<(), EngineError> {
        self.ask(|answer| Request::Close { answer }).await.map_or_else(
            || Err(EngineError::Thread(io::Error::other("it has ended"))),
            |done| done.map_err(EngineError::Log),
        )
    }

    /// Rewrites the log to what the state needs, in the background; the engine does so by itself when the log has doubled.
    pub async fn compact(&self) -> Result<(), EngineError> {
        let gone = || EngineError::Thread(io::Error::other("it has ended"));
        self.ask(|answer| Request::Compact { answer }).await.ok_or_else(gone)
    }

    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.requests.send(request(answer)).ok()?;
        answered.await.ok()
    }
}

/// The text when the writer is gone, of the kind [`crate::UNAVAILABLE`].
const STOPPED: &str = "UNAVAILABLE the store has stopped";

impl Backend for Engine {
    async fn pipeline(&self, commands: Vec<Command>) -> Vec<Reply> {
        let count = commands.len();
        self.ask(|answer| Request::Pipeline { commands, answer })
            .await
            .unwrap_or_else(|| vec![Reply::Error(STOPPED.to_owned()); count])
    }

    async fn transaction(&self, commands: Vec<Command>) -> Result<Vec<Reply>, String> {
        self.ask(|answer| Request::Transaction { commands, answer }).await.unwrap_or_else(|| Err(STOPPED.to_owned()))
    }

    async fn subscribe(&self, topics: Vec<Topic>) -> Result<mpsc::Receiver<Push>, String> {
        self.pubsub.subscribe(topics).ok_or_else(|| STOPPED.to_owned())
    }
}
