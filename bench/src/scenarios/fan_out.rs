//! Fan-out: how much can be delivered before it is late or lost.

use std::time::Duration;

use anyhow::Result;

use super::systems::SOCKET_SYSTEMS;
use crate::context::Context;
use crate::load::socket::{Crowd, Size, Step};
use crate::system::{Kind, System};

/// The worst that a hundredth of the deliveries may take, in milliseconds.
const P99: f64 = 250.0;
/// A load that is later than this, in milliseconds, has measured the machine rather than the server.
const LATE: f64 = 30.0;
/// Each attempt is this much above the last.
const GROWTH: f64 = 2.0;
/// The search ends when the bounds are this close.
const CLOSE: f64 = 1.1;

struct Case {
    name: &'static str,
    size: Size,
    quick: Size,
}

const CASES: [Case; 4] = [
    Case {
        name: "fan-out 1x100",
        size: Size { rooms: 1, members: 100, senders: 16 },
        quick: Size { rooms: 1, members: 10, senders: 2 },
    },
    Case {
        name: "fan-out 1x500",
        size: Size { rooms: 1, members: 500, senders: 16 },
        quick: Size { rooms: 1, members: 10, senders: 1 },
    },
    Case {
        name: "fan-out 1x1000",
        size: Size { rooms: 1, members: 1000, senders: 16 },
        quick: Size { rooms: 1, members: 10, senders: 1 },
    },
    Case {
        name: "fan-out 100x10",
        size: Size { rooms: 100, members: 10, senders: 1 },
        quick: Size { rooms: 3, members: 3, senders: 1 },
    },
];

pub(super) async fn run(context: &Context) -> Result<()> {
    for case in CASES.iter().filter(|case| context.wants_case(case.name)) {
        // What was reached in the round before, where the next search begins.
        let mut reached = [0.0; SOCKET_SYSTEMS.len()];
        for round in 1..=context.rounds {
            for ((name, kind), reached) in SOCKET_SYSTEMS.iter().zip(&mut reached) {
                if context.wants(name) {
                    *reached = measure(context, case, round, name, *kind, *reached).await?;
                }
            }
        }
    }
    Ok(())
}

async fn measure(context: &Context, case: &Case, round: usize, name: &str, kind: Kind, before: f64) -> Result<f64> {
    let system = System::start(name, kind).await?;
    let size = context.size(case.size, case.quick);
    let start = if before > 0.0 { before / GROWTH.sqrt() } else { context.size(40_000.0, 100.0) };
    let mut search = Search { context, system: &system, size, crowd: None };
    let best = search.highest(start).await?;
    drop(search);
    let rate = best.as_ref().map_or(0.0, |best| best.rate);
    let mut figures = vec![("deliveries", "1/s", rate)];
    if let Some(best) = &best {
        figures.push(("p99", "ms", best.latency.percentile(0.99)));
        figures.push(("load: late, p99", "ms", best.lateness.percentile(0.99)));
        figures.push(("load: CPU", "cores", best.load_cores));
    }
    context.add(case.name, name, round, &figures);
    system.stop().await?;
    Ok(rate)
}

struct Search<'a> {
    context: &'a Context,
    system: &'a System,
    size: Size,
    /// Kept from step to step, until one fails.
    crowd: Option<Crowd>,
}

impl Search<'_> {
    /// By ever larger steps until one fails, then halfway between what went and what did not.
    async fn highest(&mut self, start: f64) -> Result<Option<Step>> {
        let mut rate = start;
        let mut best: Option<Step> = None;
        let mut ceiling: Option<f64> = None;
        for _ in 0..self.context.size(20, 1) {
            match self.attempt(rate).await? {
                Some(step) => best = Some(step),
                None => ceiling = Some(rate),
            }
            rate = match (&best, ceiling) {
                (Some(best), None) => best.rate * GROWTH,
                (None, Some(ceiling)) => ceiling / GROWTH,
                (Some(best), Some(ceiling)) if ceiling / best.rate <= CLOSE => break,
                (Some(best), Some(ceiling)) => (best.rate * ceiling).sqrt(),
                (None, None) => break,
            };
        }
        Ok(best)
    }

    /// One rate. It has failed when it fails twice, since the machine may have had a bad moment; and not at all, for a
    /// while, when the load itself was late.
    async fn attempt(&mut self, rate: f64) -> Result<Option<Step>> {
        let duration = self.context.size(Duration::from_secs(2), Duration::from_millis(200));
        let mut failures = 0;
        for _ in 0..self.context.size(5, 1) {
            let crowd = match self.crowd.take() {
                Some(crowd) => crowd,
                None => Crowd::gather(&self.context.generator, self.system, self.size).await?,
            };
            let step = crowd.step(rate / self.size.members as f64, duration).await?;
            let [p99, late] = [&step.latency, &step.lateness].map(|times| times.percentile(0.99));
            let good = step.is_whole() && p99 <= P99;
            let (verdict, cores) = (if good { "ok  " } else { "FAIL" }, step.load_cores);
            let (lost, doubled, ended) = (step.lost, step.doubled, step.ended);
            eprintln!(
                "      {:>9.0}/s {verdict} p99 {p99:.1} ms, lost {lost}, doubled {doubled}, ended {ended}; \
                 load: late {late:.1} ms, {cores:.2} cores",
                step.rate
            );
            if good {
                self.crowd = Some(crowd);
                return Ok(Some(step));
            }
            failures += usize::from(late <= LATE);
            if failures == 2 {
                break;
            }
        }
        Ok(None)
    }
}
