//! One step of a measurement: a rate for a while, and what arrived of it.

use std::time::Duration;

use anyhow::Result;
use tokio::time::{Instant, sleep};

use super::crowd::Crowd;
use super::pacer::{self, Plan};
use crate::load::histogram::Histogram;
use crate::system::usage;

/// How long the last messages may take after the last was sent.
const DRAIN: Duration = Duration::from_secs(3);

/// What came of a step.
pub(crate) struct Step {
    /// Deliveries a second, as planned.
    pub(crate) rate: f64,
    /// Messages that were sent.
    pub(crate) messages: u64,
    /// Deliveries, doubled ones left out.
    pub(crate) deliveries: u64,
    pub(crate) lost: u64,
    pub(crate) doubled: u64,
    /// Connections that ended.
    pub(crate) ended: usize,
    /// From due to arrival.
    pub(crate) latency: Histogram,
    /// From due to written: what the load itself is late.
    pub(crate) lateness: Histogram,
    /// Cores that the load took.
    pub(crate) load_cores: f64,
}

impl Step {
    /// Everybody got everything once.
    pub(crate) fn is_whole(&self) -> bool {
        self.lost == 0 && self.doubled == 0 && self.ended == 0
    }
}

impl Crowd {
    /// Sends `rate` messages a second, to all rooms in turn, for so long.
    pub(crate) async fn step(&self, rate: f64, duration: Duration) -> Result<Step> {
        let plan = Plan {
            step: self.board.next(),
            messages: (rate * duration.as_secs_f64()).ceil().max(1.0) as u64,
            rate,
            dialect: self.dialect,
        };
        let planned = plan.messages;
        let members = self.size.members as u64;
        let load = std::process::id();
        let (cpu, start) = (usage::cpu(load)?, Instant::now());
        let rooms = self.rooms.clone();
        let sent = tokio::task::spawn_blocking(move || pacer::run(&rooms, &plan)).await?;
        let load_cores = (usage::cpu(load)? - cpu) / start.elapsed().as_secs_f64();
        // A server that does not read any more has failed the step, as has one that is not caught up with.
        let (messages, lateness) = sent.map_or((planned, Histogram::default()), |sent| (sent.messages, sent.lateness));
        let whole = messages == planned;
        self.settle(messages * members).await;
        let received = self.board.total();
        Ok(Step {
            rate: rate * members as f64,
            messages,
            deliveries: received.distinct,
            lost: (planned * members).saturating_sub(received.distinct),
            doubled: received.doubled,
            ended: if whole { self.ended() } else { self.ended().max(1) },
            latency: received.latency,
            lateness,
            load_cores,
        })
    }

    /// Waits until all has arrived, or, after a while, nothing more comes.
    async fn settle(&self, expected: u64) {
        let start = Instant::now();
        let (mut last, mut changed) = (0, start);
        loop {
            let now = self.board.distinct();
            if now != last {
                (last, changed) = (now, Instant::now());
            }
            let quiet = changed.elapsed() > Duration::from_millis(500);
            if now >= expected || (quiet && start.elapsed() > DRAIN) || start.elapsed() > 5 * DRAIN {
                return;
            }
            sleep(Duration::from_millis(5)).await;
        }
    }
}
