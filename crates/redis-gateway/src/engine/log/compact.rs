//! Compaction: a shorter log for the same state, made beside the running one.
//!
//! A thread replays the log up to a given length into a state of its own and writes that state as a new log, so the
//! writer goes on meanwhile. Then the writer adds what it has logged since, syncs the new file and renames it over the
//! old one. At every moment one of the two files is whole.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use super::{directory::Directory, format, load, resp, snapshot};
use crate::engine::data::Db;

/// A compaction under way.
#[derive(Debug)]
pub(crate) struct Compaction {
    /// How much of the old log the new one stands for.
    covers: u64,
    /// Taken when its result is.
    worker: Option<JoinHandle<io::Result<Compacted>>>,
    cancelled: Arc<AtomicBool>,
}

impl Drop for Compaction {
    /// Ends the thread before the directory may be opened again: it must not write there then.
    fn drop(&mut self) {
        if let Some(worker) = self.worker.take() {
            self.cancelled.store(true, Ordering::Relaxed);
            if worker.join().is_err() {
                tracing::error!("the compacting thread panicked");
            }
        }
    }
}

/// A compacted log.
#[derive(Debug)]
pub(crate) struct Compacted {
    /// The file, positioned at its end.
    pub(crate) file: File,
    /// Its length in bytes.
    pub(crate) length: u64,
    /// Bytes of it that the state takes; the rest is the tail logged meanwhile.
    pub(crate) live: u64,
}

impl Compaction {
    /// Starts to compact the first `length` bytes of the log, which end a unit.
    pub(crate) fn start(directory: &Directory, length: u64) -> io::Result<Self> {
        let (old, new, cancelled) = (directory.log(), directory.compacting(), Arc::new(AtomicBool::new(false)));
        let stop = Arc::clone(&cancelled);
        let worker = std::thread::Builder::new()
            .name("engine-compact".to_owned())
            .spawn(move || compact(&old, length, new, &stop))?;
        Ok(Self { covers: length, worker: Some(worker), cancelled })
    }

    /// Whether [`Self::finish`] can be called without waiting for the bulk of the work.
    pub(crate) fn is_finished(&self) -> bool {
        self.worker.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Adds the old log's tail up to `length` and puts the new log in its place. The caller syncs the directory.
    pub(crate) fn finish(mut self, directory: &Directory, old: &mut File, length: u64) -> io::Result<Compacted> {
        let worker = self.worker.take().ok_or(io::Error::other("already finished"))?;
        let mut compacted = worker.join().map_err(|_| io::Error::other("the compacting thread panicked"))??;
        let tail = length - self.covers;
        let copied =
            old.seek(SeekFrom::Start(self.covers)).and_then(|_| io::copy(&mut old.take(tail), &mut compacted.file));
        // The old file goes on being appended to if anything here fails.
        old.seek(SeekFrom::Start(length))?;
        if copied? != tail {
            return Err(io::Error::other("the log is shorter than what was written to it"));
        }
        compacted.file.sync_all()?;
        compacted.length += tail;
        std::fs::rename(directory.compacting(), directory.log())?;
        Ok(compacted)
    }
}

fn compact(old: &Path, length: u64, new: PathBuf, cancelled: &AtomicBool) -> io::Result<Compacted> {
    let loaded = load(old, Some(length), cancelled).map_err(io::Error::other)?;
    if loaded.length != length {
        return Err(io::Error::other("the log does not end with a whole command"));
    }
    let file = File::options().create(true).truncate(true).read(true).write(true).open(new)?;
    let mut writer = BufWriter::with_capacity(1 << 20, file);
    let header = format::header();
    writer.write_all(&header)?;
    let (mut command, mut live, mut outcome) = (Vec::new(), 0, Ok(()));
    snapshot::database(&loaded.server.db, |arguments| {
        if outcome.is_ok() && !cancelled.load(Ordering::Relaxed) {
            command.clear();
            resp::encode(&mut command, arguments);
            live += command.len() as u64;
            outcome = writer.write_all(&command);
        }
    });
    outcome?;
    if cancelled.load(Ordering::Relaxed) {
        return Err(io::ErrorKind::Interrupted.into());
    }
    let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(Compacted { file, length: header.len() as u64 + live, live })
}

/// Bytes that a compacted log of this state would have.
pub(crate) fn live_size(db: &Db) -> u64 {
    let (mut command, mut size) = (Vec::new(), 0);
    snapshot::database(db, |arguments| {
        command.clear();
        resp::encode(&mut command, arguments);
        size += command.len() as u64;
    });
    size
}
