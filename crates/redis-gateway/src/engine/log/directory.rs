//! The data directory: its lock and its files.

use std::{
    fs::{File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use crate::engine::EngineError;

/// A data directory that this process has to itself while the value lives.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    lock: File,
}

impl Directory {
    /// Makes the directory if needed and takes its lock.
    pub(crate) fn open(path: &Path) -> Result<Self, EngineError> {
        let wrap = |source| EngineError::Io { path: path.to_owned(), source };
        std::fs::create_dir_all(path).map_err(wrap)?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(path.join("lock")).map_err(wrap)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), lock }),
            Err(std::fs::TryLockError::WouldBlock) => Err(EngineError::Locked { path: path.to_owned() }),
            Err(std::fs::TryLockError::Error(source)) => Err(wrap(source)),
        }
    }

    /// The log.
    pub(crate) fn log(&self) -> PathBuf {
        self.path.join("appendonly.aof")
    }

    /// A compacted log in the making; worthless after a crash.
    pub(crate) fn compacting(&self) -> PathBuf {
        self.path.join("appendonly.aof.new")
    }

    /// Makes names that were created or changed in the directory durable.
    pub(crate) fn sync(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // Closing the file is not enough: a child process that is just being started holds it, too, for a moment.
        if let Err(error) = self.lock.unlock() {
            tracing::warn!(%error, "the lock can't be released before the process ends");
        }
    }
}
