//! Whether the store may throw data away when it is full, and how full it is.

use crate::checks::facts;
use crate::failure::Failure;
use crate::finding::Outcome;
use crate::probe::Probe;

/// Percent of the memory limit from which on a warning is due.
const NEARLY_FULL: u64 = 80;

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let memory = facts::info(probe, "memory").await?.unwrap_or_default();
    let policy = match facts::setting(probe, "maxmemory-policy").await? {
        Some(policy) => Some(policy),
        None => memory.get("maxmemory_policy").cloned(),
    };
    let bytes = |name: &str| memory.get(name).and_then(|value| value.parse::<u64>().ok());
    if let Some(policy) = policy {
        return Ok(judge(&policy, bytes("used_memory"), bytes("maxmemory")));
    }
    Ok(if facts::is_upstash(probe) {
        Outcome::warn(
            "Upstash does not tell over REST whether it evicts",
            "look at console.upstash.com → database → Configuration: Eviction must be off, as it is unless somebody \
             turned it on",
        )
    } else {
        Outcome::warn(
            "the store does not tell its maxmemory-policy (neither CONFIG GET nor INFO may be asked)",
            "look there: `redis-cli CONFIG GET maxmemory-policy` must answer noeviction",
        )
    })
}

fn judge(policy: &str, used: Option<u64>, most: Option<u64>) -> Outcome {
    let mend = "`redis-cli CONFIG SET maxmemory-policy noeviction`, and `maxmemory-policy noeviction` in redis.conf";
    if policy.starts_with("allkeys-") {
        return Outcome::fail(
            format!(
                "maxmemory-policy is {policy}: a full store throws whole rooms away, and their numbering with them"
            ),
            mend,
        );
    }
    if policy != "noeviction" {
        return Outcome::fail(
            format!(
                "maxmemory-policy is {policy}: a full store forgets which messages it has, and stores retries twice"
            ),
            mend,
        );
    }
    match (used, most) {
        (Some(used), Some(most)) if most > 0 => {
            let percent = used.saturating_mul(100) / most;
            let seen = format!("noeviction; {percent} % of maxmemory is in use");
            let mend = "raise `maxmemory` in redis.conf and by `redis-cli CONFIG SET maxmemory`, or keep less with HISTORY_LIMIT";
            match percent {
                100.. => Outcome::fail(format!("{seen}: it refuses messages"), mend),
                NEARLY_FULL.. => Outcome::warn(format!("{seen}: when it is full, it refuses messages"), mend),
                _ => Outcome::ok(seen),
            }
        }
        _ => Outcome::ok("noeviction; there is no limit on memory but the machine's"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verdict;

    #[test]
    fn only_noeviction_passes_and_a_full_store_is_told() {
        assert_eq!(judge("noeviction", None, None).verdict, Verdict::Ok);
        assert_eq!(judge("noeviction", Some(5), Some(0)).verdict, Verdict::Ok);
        assert_eq!(judge("noeviction", Some(79), Some(100)).verdict, Verdict::Ok);
        assert_eq!(judge("noeviction", Some(80), Some(100)).verdict, Verdict::Warn);
        assert_eq!(judge("noeviction", Some(100), Some(100)).verdict, Verdict::Fail);
        for policy in ["allkeys-lru", "allkeys-random", "volatile-lru", "volatile-ttl"] {
            let outcome = judge(policy, None, None);
            assert_eq!(outcome.verdict, Verdict::Fail, "{policy}");
            assert!(outcome.seen.contains(policy) && outcome.mend.unwrap().contains("noeviction"), "{policy}");
        }
    }
}
