//! The log's file as the writer sees it.

use std::{
    fs::{File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::Path,
    sync::atomic::AtomicBool,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{
    Loaded,
    compact::{Compaction, live_size},
    directory::Directory,
    format, load,
};
use crate::engine::{EngineError, Fsync, server::Server};

/// A log smaller than this is not worth compacting.
const COMPACT_MIN: u64 = 32 << 20;

/// The open log.
#[derive(Debug)]
pub(crate) struct Log {
    /// Dropped first: its thread writes in the directory.
    compaction: Option<Compaction>,
    directory: Directory,
    file: File,
    fsync: Fsync,
    /// Bytes written.
    length: u64,
    /// Bytes that the state took when the log was last compacted, or opened.
    base: u64,
    /// When unsynced bytes must reach the disk, under `everysec`.
    sync_due: Option<Instant>,
    /// The sync under way, under `everysec`. Whoever waits for the disk does so beside the writer.
    syncing: Option<JoinHandle<io::Result<()>>>,
    /// Compact when the log is at least this long.
    compact_min: u64,
}

impl Log {
    /// Opens the log of a directory, dropping a torn tail, and hands out the state that it holds.
    pub(crate) fn open(path: &Path, fsync: Fsync) -> Result<(Self, Server), EngineError> {
        let directory = Directory::open(path)?;
        let log = directory.log();
        let wrap = |source| EngineError::Io { path: log.clone(), source };
        match std::fs::remove_file(directory.compacting()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(wrap(error)),
            _ => {}
        }
        let mut file =
            OpenOptions::new().create(true).truncate(false).write(true).read(true).open(&log).map_err(wrap)?;
        directory.sync().map_err(wrap)?;
        let Loaded { server, length, torn } = load(&log, None, &AtomicBool::new(false))?;
        if torn > 0 {
            tracing::warn!(bytes = torn, offset = length, "dropped a torn tail of the log; it was never acknowledged");
            file.set_len(length).and_then(|()| file.sync_all()).map_err(wrap)?;
        }
        file.seek(SeekFrom::Start(length)).map_err(wrap)?;
        let mut length = length;
        if length == 0 {
            let header = format::header();
            file.write_all(&header).and_then(|()| file.sync_all()).map_err(wrap)?;
            length = header.len() as u64;
        }
        let base = live_size(&server.db);
        tracing::info!(bytes = length, live = base, keys = server.db.len(), "log replayed");
        let compact_min = COMPACT_MIN;
        let log =
            Self { directory, file, fsync, length, base, sync_due: None, syncing: None, compaction: None, compact_min };
        Ok((log, server))
    }

    /// Writes whole units; when it returns, they are as durable as the policy promises before an answer.
    pub(crate) fn append(&mut self, units: &[u8]) -> io::Result<()> {
        self.file.write_all(units)?;
        match self.fsync {
            Fsync::Always => self.file.sync_data()?,
            Fsync::EverySec => {
                self.sync_due.get_or_insert_with(|| Instant::now() + Duration::from_millis(500));
            }
            Fsync::No => {}
        }
        self.length += units.len() as u64;
        Ok(())
    }

    /// Goes back to the state before a failed [`Self::append`]: cuts what it may have left and replays the rest.
    pub(crate) fn rewind(&mut self) -> Result<Server, EngineError> {
        let path = self.directory.log();
        if let Err(error) = self.file.set_len(self.length) {
            // The tail stays, but opening drops it when it is torn, and nothing is ever written behind it.
            tracing::error!(%error, "the log's tail can't be cut");
        }
        Ok(load(&path, Some(self.length), &AtomicBool::new(false))?.server)
    }

    /// What is due now and then: the sync under `everysec`, and compaction.
    pub(crate) fn tick(&mut self) -> io::Result<()> {
        if self.syncing.as_ref().is_some_and(JoinHandle::is_finished) {
            self.await_sync()?;
        }
        if self.next_tick().is_some_and(|due| due <= Instant::now()) {
            self.start_sync()?;
        }
        match self.compaction.take() {
            Some(compaction) if compaction.is_finished() => self.finish_compaction(compaction)?,
            running @ Some(_) => self.compaction = running,
            None if self.length >= self.compact_min.max(self.base.saturating_mul(2)) => self.start_compaction(),
            None => {}
        }
        Ok(())
    }

    /// When [`Self::tick`] has something to do at the latest.
    pub(crate) fn next_tick(&self) -> Option<Instant> {
        self.sync_due.filter(|_| self.syncing.is_none())
    }

    /// Makes everything written durable.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.sync_due = None;
        self.await_sync()?;
        self.file.sync_data()
    }

    fn start_sync(&mut self) -> io::Result<()> {
        let file = self.file.try_clone()?;
        self.sync_due = None;
        self.syncing = Some(thread::Builder::new().name("sync".to_owned()).spawn(move || file.sync_data())?);
        Ok(())
    }

    fn await_sync(&mut self) -> io::Result<()> {
        let Some(syncing) = self.syncing.take() else { return Ok(()) };
        syncing.join().unwrap_or_else(|_| Err(io::Error::other("the sync panicked")))
    }

    /// Starts to compact in the background, unless that is under way.
    pub(crate) fn start_compaction(&mut self) {
        if self.compaction.is_none() {
            match Compaction::start(&self.directory, self.length) {
                Ok(compaction) => self.compaction = Some(compaction),
                Err(error) => self.give_up(&error),
            }
        }
    }

    fn finish_compaction(&mut self, compaction: Compaction) -> io::Result<()> {
        // Under `always` and `everysec` the old log's tail must not be less durable in the new one: it is synced there.
        match compaction.finish(&self.directory, &mut self.file, self.length) {
            Ok(compacted) => {
                tracing::info!(from = self.length, to = compacted.length, "log compacted");
                self.file = compacted.file;
                self.length = compacted.length;
                self.base = compacted.live;
                self.compact_min = COMPACT_MIN;
                self.sync_due = None;
                // Of the old log: nobody needs it now.
                self.syncing = None;
                // Until the directory is synced the old log may come back after a power cut, and lacks what follows.
                self.directory.sync()
            }
            Err(error) => {
                self.give_up(&error);
                Ok(())
            }
        }
    }

    /// The old log stays in use; the next try comes when it has grown by half.
    fn give_up(&mut self, error: &io::Error) {
        tracing::error!(%error, "the log can't be compacted; it goes on growing");
        self.compact_min = self.length + self.length / 2;
        if let Err(error) = std::fs::remove_file(self.directory.compacting())
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the unfinished compacted log can't be removed");
        }
    }
}
