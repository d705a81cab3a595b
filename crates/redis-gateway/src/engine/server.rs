//! The state, and how commands run on it.

use std::{
    sync::Arc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;

use super::{
    Fsync,
    commands::{self, Spec},
    data::Db,
    failure::Failure,
    pubsub::PubSub,
    random::Random,
    script::Scripts,
};
use crate::{Command, Reply};

/// Everything that a command can see.
#[derive(Debug)]
pub(crate) struct Server {
    /// The keys.
    pub(crate) db: Db,
    /// The script cache and the interpreter.
    pub(crate) scripts: Scripts,
    /// The subscribers.
    pub(crate) pubsub: Arc<PubSub>,
    /// Messages to deliver once the batch is stored.
    pub(crate) published: Vec<(Bytes, Bytes)>,
    /// Randomness.
    pub(crate) random: Random,
    /// When the log reaches the disk, if there is one.
    pub(crate) fsync: Option<Fsync>,
    /// Why the log can't be written; writes are refused then.
    pub(crate) failed: Option<String>,
    /// When the engine was opened.
    pub(crate) started: Instant,
    /// Commands run since then.
    pub(crate) processed: u64,
    /// Effects of the units run since the log was last written.
    pub(crate) log: Vec<u8>,
}

impl Server {
    /// An empty state that takes the commands of a log.
    pub(crate) fn loading() -> Self {
        let mut server = Self { random: Random::new(), ..Self::empty(Arc::default()) };
        server.db.now = unix_millis();
        server.db.loading = true;
        server
    }

    /// Nothing at all, which costs nothing: what stands in for a server that is away for a while.
    pub(crate) fn empty(pubsub: Arc<PubSub>) -> Self {
        Self {
            db: Db::default(),
            scripts: Scripts::default(),
            pubsub,
            published: Vec::new(),
            random: Random::seeded(0),
            fsync: None,
            failed: None,
            started: Instant::now(),
            processed: 0,
            log: Vec::new(),
        }
    }

    /// From now on keys expire, and what commands do is noted for the log, if there is one that is synced in this way.
    pub(crate) fn go_live(&mut self, fsync: Option<Fsync>) {
        self.db.loading = false;
        self.db.effects.enabled = fsync.is_some();
        self.fsync = fsync;
    }

    /// Runs a command as a unit of its own, now.
    pub(crate) fn execute(&mut self, command: &[Bytes]) -> Reply {
        self.db.now = unix_millis();
        self.unit(command)
    }

    /// Runs commands as one unit, now. `Err` when one of them can't even be queued.
    pub(crate) fn transaction(&mut self, commands: &[Command]) -> Result<Vec<Reply>, String> {
        self.db.now = unix_millis();
        self.block(commands)
    }

    /// Runs a command as a unit of its own, at the time that the database has.
    pub(crate) fn unit(&mut self, command: &[Bytes]) -> Reply {
        let reply = self.call(command);
        self.db.effects.end_unit(&mut self.log);
        reply
    }

    /// Runs commands as one unit, at that time.
    pub(crate) fn block(&mut self, commands: &[Command]) -> Result<Vec<Reply>, String> {
        for command in commands {
            commands::find(command).map_err(|reason| {
                format!("EXECABORT Transaction discarded because of: {}", Failure::from(reason).as_str())
            })?;
        }
        let replies = commands.iter().map(|command| self.call(command)).collect();
        self.db.effects.end_unit(&mut self.log);
        Ok(replies)
    }

    /// Runs a command within the running unit.
    pub(crate) fn call(&mut self, command: &[Bytes]) -> Reply {
        match commands::find(command) {
            Ok(spec) => self.run(spec, command),
            Err(reason) => Failure::from(reason).into(),
        }
    }

    /// Runs a command whose name and number of arguments are right.
    pub(crate) fn run(&mut self, spec: &Spec, command: &[Bytes]) -> Reply {
        if spec.writes
            && let Some(reason) = &self.failed
        {
            return Reply::Error(format!("MISCONF Errors writing to the AOF file: {reason}"));
        }
        self.processed += 1;
        self.db.effects.begin_command();
        let answer = (spec.run)(self, command);
        self.db.end_command(command);
        answer.unwrap_or_else(Reply::from)
    }
}

/// The time as Unix ms.
pub(crate) fn unix_millis() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_millis() as i64)
}
