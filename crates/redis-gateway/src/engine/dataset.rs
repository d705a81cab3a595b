//! The state by itself, without a thread, files, a clock or chance: for who looks at a log, and for the fuzz targets.

use std::sync::atomic::AtomicBool;

use bytes::Bytes;

use super::{
    Fsync,
    log::{Damage, Stopped, replay, resp, snapshot},
    random::Random,
    server::Server,
};
use crate::{Command, Reply};

/// Keys and their values, and the log of what was done to them. The same commands at the same times always do the same.
#[derive(Debug)]
pub struct Dataset(Server);

impl Dataset {
    /// An empty one; `now` is the Unix time in ms.
    pub fn new(now: i64) -> Self {
        Self::live(loading(now))
    }

    /// What a log holds, and how many of its bytes: the rest is a torn tail. Nothing has expired yet; `now` counts only for
    /// commands that say how long a key lives, which the engine's own log never does.
    pub fn replay(log: &[u8], now: i64) -> Result<(Self, u64), Damage> {
        match replay(log, log.len() as u64, loading(now), &AtomicBool::new(false)) {
            Ok(loaded) => Ok((Self::live(loaded.server), loaded.length)),
            Err(Stopped::Damaged(damage)) => Err(damage),
            Err(Stopped::Newer(format)) => {
                Err(Damage { offset: 0, reason: format!("log format {format}, which is newer") })
            }
            // Memory can always be read.
            Err(Stopped::Unread(error)) => Err(Damage { offset: 0, reason: error.to_string() }),
        }
    }

    fn live(mut server: Server) -> Self {
        server.go_live(Some(Fsync::No));
        Self(server)
    }

    /// Lets the time be `now` and removes the keys whose time has passed.
    pub fn advance(&mut self, now: i64) {
        self.0.db.now = now;
        while self.0.db.expire_cycle(usize::MAX) {}
        self.0.db.effects.end_unit(&mut self.0.log);
    }

    /// Runs a command.
    pub fn execute(&mut self, command: &[Bytes]) -> Reply {
        let reply = self.0.unit(command);
        self.0.published.clear();
        reply
    }

    /// Runs commands as one. `Err` when they are discarded.
    pub fn transaction(&mut self, commands: &[Command]) -> Result<Vec<Reply>, String> {
        let replies = self.0.block(commands);
        self.0.published.clear();
        replies
    }

    /// What was done, as the engine writes it to its log before it answers.
    pub fn log(&self) -> &[u8] {
        &self.0.log
    }

    /// The shortest log of this state, as compaction writes it.
    pub fn compacted(&self) -> Vec<u8> {
        let mut log = Vec::new();
        snapshot::database(&self.0.db, |command| resp::encode(&mut log, command));
        log
    }
}

fn loading(now: i64) -> Server {
    let mut server = Server::loading();
    server.db.now = now;
    server.random = Random::seeded(0);
    server
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000_000;

    /// Runs commands, one a line, and gives the last reply.
    fn run(dataset: &mut Dataset, lines: &[&str]) -> Reply {
        let command = |line: &&str| line.split(' ').map(|word| Bytes::copy_from_slice(word.as_bytes())).collect();
        lines.iter().map(command).map(|command: Command| dataset.execute(&command)).last().unwrap_or(Reply::Nil)
    }

    #[test]
    fn the_log_and_the_compacted_log_hold_the_same() {
        let mut dataset = Dataset::new(NOW);
        run(&mut dataset, &["SET a 1 EX 1", "INCR n", "INCR n", "RPUSH l x y", "SADD s a b c", "SPOP s"]);
        dataset.advance(NOW + 1001);
        assert_eq!(run(&mut dataset, &["EXISTS a"]), Reply::Integer(0));
        let compacted = dataset.compacted();
        for log in [dataset.log(), &compacted] {
            let (again, whole) = Dataset::replay(log, 0).unwrap();
            assert_eq!((again.compacted(), whole), (compacted.clone(), log.len() as u64));
        }
    }

    #[test]
    fn an_expiry_at_the_end_of_time_is_told_as_it_is() {
        let mut dataset = Dataset::new(NOW);
        let set = "SET a 1 PXAT 9223372036854775807";
        assert_eq!(run(&mut dataset, &[set, "EXPIRETIME a"]), Reply::Integer(i64::MAX / 1000));
        assert_eq!(run(&mut dataset, &["PTTL a"]), Reply::Integer(i64::MAX - NOW));
    }

    #[test]
    fn a_stream_that_counted_beyond_what_xsetid_takes_opens_again() {
        let mut dataset = Dataset::new(NOW);
        let added =
            run(&mut dataset, &["XADD x 0-1 f v", "XSETID x 0-1 ENTRIESADDED 9223372036854775807", "XADD x 0-2 f v"]);
        assert_eq!(added, Reply::Bulk("0-2".into()));
        let compacted = dataset.compacted();
        let (again, _) = Dataset::replay(&compacted, 0).expect("what compaction wrote");
        assert_eq!(again.compacted(), compacted);
    }
}
