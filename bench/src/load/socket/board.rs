//! What all members of a crowd have received in the present step.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Result;

use super::client::Client;
use super::stamp::Stamp;
use crate::load::clock;
use crate::load::histogram::Histogram;

/// What the members on one thread received.
#[derive(Debug, Clone, Default)]
pub(super) struct Received {
    /// Messages, each counted once per member.
    pub(super) distinct: u64,
    /// Messages that a member had already.
    pub(super) doubled: u64,
    /// From due to arrival.
    pub(super) latency: Histogram,
}

/// One count per thread, so that no two threads wait for each other.
pub(super) struct Board {
    step: AtomicU32,
    shards: Vec<Mutex<Received>>,
    /// Connections that have ended.
    pub(super) ended: AtomicUsize,
}

impl Board {
    pub(super) fn new(shards: usize) -> Self {
        Self {
            step: AtomicU32::new(0),
            shards: (0..shards).map(|_| Mutex::default()).collect(),
            ended: AtomicUsize::new(0),
        }
    }

    /// Begins the next step, and gives its number. What still comes of an earlier one is not counted.
    pub(super) fn next(&self) -> u32 {
        let step = self.step.fetch_add(1, Relaxed) + 1;
        self.shards.iter().for_each(|shard| *lock(shard) = Received::default());
        step
    }

    /// Messages so far, doubled ones left out.
    pub(super) fn distinct(&self) -> u64 {
        self.shards.iter().map(|shard| lock(shard).distinct).sum()
    }

    /// All of the present step.
    pub(super) fn total(&self) -> Received {
        let mut total = Received::default();
        for shard in &self.shards {
            let shard = lock(shard);
            total.distinct += shard.distinct;
            total.doubled += shard.doubled;
            total.latency.merge(&shard.latency);
        }
        total
    }

    /// Receives as a member, until the connection ends.
    pub(super) async fn receive(&self, shard: usize, mut client: Client) {
        let mut seen = Seen::default();
        while client.fill().await.is_ok() && self.count(shard, &mut client, &mut seen).is_ok() {}
        self.ended.fetch_add(1, Relaxed);
    }

    /// Counts what was read at once.
    fn count(&self, shard: usize, client: &mut Client, seen: &mut Seen) -> Result<()> {
        let now = clock::micros();
        let step = self.step.load(Relaxed);
        let mut received = lock(&self.shards[shard]);
        while let Some(text) = client.take()? {
            let Some(stamp) = Stamp::find(text).filter(|stamp| stamp.step == step) else { continue };
            if seen.is_new(stamp) {
                received.distinct += 1;
                received.latency.add(now.saturating_sub(stamp.due));
            } else {
                received.doubled += 1;
            }
        }
        Ok(())
    }
}

/// Which messages of a step one member has seen.
#[derive(Default)]
struct Seen {
    step: u32,
    bits: Vec<u64>,
}

impl Seen {
    fn is_new(&mut self, stamp: Stamp) -> bool {
        if self.step != stamp.step {
            self.step = stamp.step;
            self.bits.clear();
        }
        let (word, bit) = ((stamp.number / 64) as usize, 1 << (stamp.number % 64));
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        let is_new = self.bits[word] & bit == 0;
        self.bits[word] |= bit;
        is_new
    }
}

fn lock(shard: &Mutex<Received>) -> MutexGuard<'_, Received> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_new_once_a_step() {
        let mut seen = Seen::default();
        let stamp = |step, number| Stamp { step, number, due: 0 };
        assert!(seen.is_new(stamp(1, 0)));
        assert!(seen.is_new(stamp(1, 200)));
        assert!(!seen.is_new(stamp(1, 0)));
        assert!(!seen.is_new(stamp(1, 200)));
        assert!(seen.is_new(stamp(2, 200)));
    }
}
