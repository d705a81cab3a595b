//! The store that a gateway runs on.

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::backend::{Backend, Command, Push, Topic};
use crate::engine::{Engine, EngineConfig};
use crate::remote::Remote;
use crate::{Error, Reply, StoreChoice};

/// One of the two.
pub(crate) enum Store {
    Embedded(Engine),
    Remote(Remote),
}

impl Store {
    /// Opens what was chosen.
    pub(crate) async fn open(choice: StoreChoice) -> Result<Self, Error> {
        Ok(match choice {
            StoreChoice::Embedded { dir, fsync } => Self::Embedded(Engine::open(EngineConfig { dir, fsync })?),
            StoreChoice::Redis { url } => Self::Remote(Remote::open(&url).await?),
        })
    }

    /// Waits until all that was answered is kept.
    pub(crate) async fn close(&self) -> Result<(), Error> {
        match self {
            Self::Embedded(engine) => Ok(engine.close().await?),
            Self::Remote(_) => Ok(()),
        }
    }
}

impl Backend for Store {
    async fn pipeline(&self, commands: Vec<Command>) -> Vec<Reply> {
        match self {
            Self::Embedded(engine) => engine.pipeline(commands).await,
            Self::Remote(remote) => remote.pipeline(commands).await,
        }
    }

    async fn fetch(&self, command: Command) -> Result<Bytes, Reply> {
        match self {
            Self::Embedded(engine) => engine.fetch(command).await,
            Self::Remote(remote) => remote.fetch(command).await,
        }
    }

    async fn transaction(&self, commands: Vec<Command>) -> Result<Vec<Reply>, String> {
        match self {
            Self::Embedded(engine) => engine.transaction(commands).await,
            Self::Remote(remote) => remote.transaction(commands).await,
        }
    }

    async fn subscribe(&self, topics: Vec<Topic>) -> Result<mpsc::Receiver<Push>, String> {
        match self {
            Self::Embedded(engine) => engine.subscribe(topics).await,
            Self::Remote(remote) => remote.subscribe(topics).await,
        }
    }
}
