//! How long a round trip takes.

use std::time::{Duration, Instant};

use upstash::Command;

use crate::failure::Failure;
use crate::finding::Outcome;
use crate::probe::Probe;

/// Round trips that are measured.
const TIMES: usize = 7;
/// Fewer are enough when they have taken this long together.
const ENOUGH: Duration = Duration::from_secs(3);
/// Above it people notice: a message is shown to others after one round trip and the event stream's way.
const SLOW: Duration = Duration::from_millis(50);
/// Above it RoomTalk's deadlines of 1.5 s (status) and 5 s (all else) are in reach.
const TOO_SLOW: Duration = Duration::from_secs(1);

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let mut times = Vec::new();
    let begun = Instant::now();
    while times.len() < TIMES && (times.len() < 3 || begun.elapsed() < ENOUGH) {
        let started = Instant::now();
        probe.single(&Command::new("PING")).await?;
        times.push(started.elapsed());
    }
    times.sort_unstable();
    Ok(judge(&times))
}

/// `times` are sorted, and there is at least one.
fn judge(times: &[Duration]) -> Outcome {
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    let worst = times.last().copied().unwrap_or_default();
    let seen = format!("median {}, worst {} of {} PINGs", show(median), show(worst), times.len());
    if median >= TOO_SLOW {
        return Outcome::fail(
            format!("{seen}: the status answers within 2 s and messages within 5 s or not at all"),
            "run RoomTalk in the store's region, or move the store to RoomTalk's; when it is there already, look at the \
             store's load and at what stands in between",
        );
    }
    if median > SLOW || worst >= TOO_SLOW {
        return Outcome::warn(
            format!("{seen}: each message waits for one round trip before anybody sees it"),
            "run hub and edge in the region where the store is (at Upstash: console.upstash.com → database → Region)",
        );
    }
    Outcome::ok(seen)
}

fn show(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verdict;

    fn verdict(millis: &[u64]) -> Verdict {
        judge(&millis.iter().copied().map(Duration::from_millis).collect::<Vec<_>>()).verdict
    }

    #[test]
    fn the_median_decides_and_one_long_wait_is_worth_a_warning() {
        assert_eq!(verdict(&[1, 2, 50]), Verdict::Ok);
        assert_eq!(verdict(&[1, 1, 999]), Verdict::Ok);
        assert_eq!(verdict(&[1, 1, 1000]), Verdict::Warn);
        assert_eq!(verdict(&[51, 51, 51]), Verdict::Warn);
        assert_eq!(verdict(&[1, 1000, 1000]), Verdict::Fail);
    }
}
