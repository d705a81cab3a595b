//! The one thread that runs all commands, in batches.

use std::{
    io,
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use super::{log::Log, server::Server};
use crate::{Command, Reply};

/// Requests in one batch at most, and bytes of effects after which a batch takes no more.
const BATCH_REQUESTS: usize = 1024;
const BATCH_BYTES: usize = 4 << 20;
/// How long the thread sleeps at most when nothing comes: keys expire and the log is looked after meanwhile.
const TICK: Duration = Duration::from_millis(100);
/// Keys expired in one go; the rest waits for the next batch.
const EXPIRE_LIMIT: usize = 1000;

/// The thread's stack in bytes: scripts may hand it values nested a thousand deep.
const STACK: usize = 16 << 20;

/// What the engine asks the writer.
#[derive(Debug)]
pub(crate) enum Request {
    /// Run these.
    Pipeline { commands: Vec<Command>, answer: oneshot::Sender<Vec<Reply>> },
    /// Run these as one.
    Transaction { commands: Vec<Command>, answer: oneshot::Sender<Result<Vec<Reply>, String>> },
    /// Start to compact the log.
    Compact { answer: oneshot::Sender<()> },
    /// Make everything durable and end.
    Close { answer: oneshot::Sender<io::Result<()>> },
}

/// A request's outcome, to be told once the batch is stored.
enum Outcome {
    Pipeline(Vec<Reply>),
    Transaction(Result<Vec<Reply>, String>),
    None,
}

/// The thread's state.
pub(crate) struct Writer {
    server: Server,
    log: Option<Log>,
    requests: Receiver<Request>,
}

impl Writer {
    /// Starts the thread. It ends with [`Request::Close`], or when the sender is dropped.
    pub(crate) fn start(server: Server, log: Option<Log>) -> io::Result<Sender<Request>> {
        let (sender, requests) = mpsc::channel();
        let writer = Self { server, log, requests };
        let thread = std::thread::Builder::new().name("engine".to_owned()).stack_size(STACK);
        thread.spawn(move || writer.run())?;
        Ok(sender)
    }

    fn run(mut self) {
        loop {
            let due = self.log.as_ref().and_then(Log::next_tick);
            let wait = due.map_or(TICK, |due| due.saturating_duration_since(Instant::now()).min(TICK));
            let first = match self.requests.recv_timeout(wait) {
                Ok(request) => Some(request),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => {
                    if let Err(error) = self.finish() {
                        tracing::error!(%error, "the log can't be made durable");
                    }
                    return;
                }
            };
            let closing = self.batch(first);
            self.housekeeping();
            if let Some(answer) = closing {
                let outcome = self.finish();
                // The lock is free before the caller goes on.
                drop(self);
                // A caller that is gone does not need the answer.
                let _ = answer.send(outcome);
                return;
            }
        }
    }

    /// Runs what waits, stores it, answers it.
    fn batch(&mut self, first: Option<Request>) -> Option<oneshot::Sender<io::Result<()>>> {
        let (mut requests, mut outcomes, mut closing) = (Vec::new(), Vec::new(), None);
        let mut next = first;
        while let Some(request) = next {
            if let Request::Close { answer } = request {
                closing = Some(answer);
                break;
            }
            outcomes.push(self.execute(&request));
            requests.push(request);
            if requests.len() >= BATCH_REQUESTS || self.server.log.len() >= BATCH_BYTES {
                break;
            }
            next = self.requests.try_recv().ok();
        }
        if !self.commit() {
            // The state is back where the log ends; writes are refused now, reads see what is stored.
            outcomes = requests.iter().map(|request| self.execute(request)).collect();
            self.server.log.clear();
        }
        for (channel, payload) in std::mem::take(&mut self.server.published) {
            self.server.pubsub.deliver(&channel, &payload);
        }
        for (request, outcome) in requests.into_iter().zip(outcomes) {
            // Whoever is gone does not need the answer.
            match (request, outcome) {
                (Request::Pipeline { answer, .. }, Outcome::Pipeline(replies)) => drop(answer.send(replies)),
                (Request::Transaction { answer, .. }, Outcome::Transaction(replies)) => drop(answer.send(replies)),
                (Request::Compact { answer }, _) => drop(answer.send(())),
                _ => unreachable!("an outcome has the kind of its request"),
            }
        }
        closing
    }

    fn execute(&mut self, request: &Request) -> Outcome {
        match request {
            Request::Pipeline { commands, .. } => {
                Outcome::Pipeline(commands.iter().map(|command| self.server.execute(command)).collect())
            }
            Request::Transaction { commands, .. } => Outcome::Transaction(self.server.transaction(commands)),
            Request::Compact { .. } => {
                if let Some(log) = self.log.as_mut().filter(|_| self.server.failed.is_none()) {
                    log.start_compaction();
                }
                Outcome::None
            }
            Request::Close { .. } => Outcome::None,
        }
    }

    /// Stores the effects of the batch; false when that failed and the state was taken back.
    fn commit(&mut self) -> bool {
        if self.server.log.is_empty() {
            return true;
        }
        let units = std::mem::take(&mut self.server.log);
        let Some(log) = &mut self.log else { return true };
        match log.append(&units) {
            Ok(()) => {
                // Keeps the allocation for the next batch.
                self.server.log = units;
                self.server.log.clear();
                true
            }
            Err(error) => {
                self.fail(&error);
                false
            }
        }
    }

    fn fail(&mut self, error: &io::Error) {
        tracing::error!(%error, "the log can't be written; writes are refused from now on");
        self.server.failed = Some(error.to_string());
        self.server.published.clear();
        match self.log.as_mut().map(Log::rewind) {
            Some(Ok(stored)) => self.server.db = stored.db,
            Some(Err(error)) => {
                tracing::error!(%error, "the stored state can't be read back; reads may show refused writes");
            }
            None => {}
        }
        // Keys may still expire; the log knows when.
        self.server.go_live(None);
    }

    /// Expires keys, syncs, compacts.
    fn housekeeping(&mut self) {
        self.server.db.now = super::server::unix_millis();
        self.server.db.expire_cycle(EXPIRE_LIMIT);
        self.server.db.effects.end_unit(&mut self.server.log);
        self.commit();
        if let Some(log) = self.log.as_mut().filter(|_| self.server.failed.is_none())
            && let Err(error) = log.tick()
        {
            self.fail(&error);
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.server.pubsub.close();
        match (&mut self.log, &self.server.failed) {
            (_, Some(reason)) => Err(io::Error::other(reason.clone())),
            (Some(log), None) => log.sync(),
            (None, None) => Ok(()),
        }
    }
}
