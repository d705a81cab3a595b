//! Whether the store's clock and this machine's agree.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use upstash::{Command, Reply};

use crate::failure::{Failure, PROTOCOL};
use crate::finding::Outcome;
use crate::probe::Probe;

/// Beyond it messages and rooms bear times that people see to be wrong.
const WARN: f64 = 1.0;
/// Beyond it a limit on senders that was reached by one clock counts as none by the other (`bucket.lua`).
const FAIL: f64 = 60.0;

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let before = seconds(SystemTime::now());
    let reply = match probe.single(&Command::new("TIME")).await {
        Ok(reply) => reply,
        Err(failure) => {
            let refusal = failure.refusal()?;
            return Ok(Outcome::warn(
                format!("the store does not tell its time: {refusal}"),
                "see that both machines have a time service (`timedatectl` says `System clock synchronized: yes`)",
            ));
        }
    };
    let took = started.elapsed();
    Ok(match read(reply) {
        Some(theirs) => judge(theirs - before - took.as_secs_f64() / 2.0, took),
        None => Outcome::fail("TIME answered something that is no time", PROTOCOL),
    })
}

/// TIME's answer in seconds: seconds and microseconds, as text or number.
fn read(reply: Reply) -> Option<f64> {
    let mut parts = reply.array().ok()?.into_iter().map(|part| match part {
        Reply::Int(n) => Some(n.to_string()),
        other => other.text().ok(),
    });
    let whole: f64 = parts.next()??.parse().ok()?;
    let micros: f64 = parts.next()??.parse().ok()?;
    Some(whole + micros / 1e6)
}

/// `ahead` in seconds: how far the store is before this machine, known to half the time that the answer `took`.
fn judge(ahead: f64, took: Duration) -> Outcome {
    let apart = (ahead.abs() - took.as_secs_f64() / 2.0).max(0.0);
    let which = if ahead < 0.0 { "behind" } else { "ahead of" };
    let seen = format!("the store's clock is {:.1} s {which} this machine's", ahead.abs());
    let mend = "set the clock that is wrong, and let a time service keep both: `timedatectl set-ntp true`";
    if apart > FAIL {
        Outcome::fail(format!("{seen}: limits on senders don't hold, and times on messages are wrong"), mend)
    } else if apart > WARN {
        Outcome::warn(format!("{seen}: times on messages are wrong"), mend)
    } else {
        Outcome::ok("agrees with this machine's to within a second")
    }
}

fn seconds(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verdict;

    #[test]
    fn a_difference_counts_beyond_what_the_round_trip_explains() {
        let verdict = |ahead, took| judge(ahead, Duration::from_millis(took)).verdict;
        assert_eq!(verdict(0.9, 0), Verdict::Ok);
        assert_eq!(verdict(1.4, 1000), Verdict::Ok);
        assert_eq!(verdict(-1.1, 0), Verdict::Warn);
        assert_eq!(verdict(59.0, 0), Verdict::Warn);
        assert_eq!(verdict(61.0, 0), Verdict::Fail);
        assert_eq!(verdict(-3600.0, 1000), Verdict::Fail);
        assert!(judge(-5.0, Duration::ZERO).seen.contains("5.0 s behind"));
    }

    #[test]
    fn a_time_is_read_as_text_and_as_numbers() {
        let text = |t: &str| Reply::Bytes(bytes::Bytes::copy_from_slice(t.as_bytes()));
        assert_eq!(read(Reply::Array(vec![text("12"), text("500000")])), Some(12.5));
        assert_eq!(read(Reply::Array(vec![Reply::Int(12), Reply::Int(0)])), Some(12.0));
        assert_eq!(read(Reply::Array(vec![text("x"), text("0")])), None);
        assert_eq!(read(Reply::Nil), None);
    }
}
