//! How soon an acknowledged message is safe from a crash of the store.

use crate::checks::facts;
use crate::failure::Failure;
use crate::finding::Outcome;
use crate::probe::Probe;

/// What the store tells.
#[derive(Debug, Default, Clone)]
struct Told {
    /// RoomTalk's own engine.
    embedded: bool,
    /// Whether there is a log of all writes.
    log: Option<bool>,
    /// When the log reaches the disk: `always`, `everysec`, `no`.
    sync: Option<String>,
    /// When snapshots are made; empty: never.
    save: Option<String>,
    /// The last write of the log failed.
    broken: bool,
}

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let info = facts::info(probe, "persistence").await?.unwrap_or_default();
    let server = facts::info(probe, "server").await?.unwrap_or_default();
    let log = match facts::setting(probe, "appendonly").await? {
        Some(value) => Some(value == "yes"),
        None => info.get("aof_enabled").map(|value| value == "1"),
    };
    let told = Told {
        embedded: server.contains_key("roomtalk_engine"),
        log,
        sync: facts::setting(probe, "appendfsync").await?,
        save: facts::setting(probe, "save").await?,
        broken: info.get("aof_last_write_status").is_some_and(|status| status == "err"),
    };
    Ok(judge(&told, facts::is_upstash(probe)))
}

fn judge(told: &Told, upstash: bool) -> Outcome {
    let own = "`redis-cli CONFIG SET appendonly yes` and `redis-cli CONFIG SET appendfsync everysec` (or always), and both in \
               redis.conf";
    let mend = if told.embedded { "start it with --data-dir DIR and --fsync always" } else { own };
    if told.broken {
        return Outcome::fail(
            "the store's log can't be written: what is acknowledged now is lost when it ends",
            "free the disk that its log lies on, then start the store again",
        );
    }
    match (told.log, told.sync.as_deref()) {
        (Some(true), Some("always")) => {
            Outcome::ok("each write is on disk before it is acknowledged (appendfsync always)")
        }
        (Some(true), Some("everysec")) => Outcome::ok(
            "each write is on disk within a second (appendfsync everysec): a crash of the machine may cost that second",
        ),
        (Some(true), Some(_)) => Outcome::warn(
            "there is a log, and the system decides when it reaches the disk (appendfsync no): a crash of the machine may \
             cost half a minute",
            mend,
        ),
        (Some(true), None) => Outcome::ok("there is a log of all writes; when it reaches the disk is not told"),
        (Some(false), _) if told.save.as_deref().is_some_and(|save| !save.is_empty()) => Outcome::fail(
            "only snapshots (no append-only file): a crash costs minutes of acknowledged messages, whose numbers are then \
             given again",
            mend,
        ),
        (Some(false), _) => Outcome::fail("nothing is kept on disk: when the store ends, all rooms are gone", mend),
        (None, _) if upstash => Outcome::ok("Upstash keeps each write on disk, by its documentation; it can't be seen"),
        (None, _) => Outcome::warn(
            "the store does not tell (neither CONFIG GET nor INFO may be asked)",
            "look there: `redis-cli CONFIG GET appendonly` must answer yes, `CONFIG GET appendfsync` everysec or always",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verdict;

    #[test]
    fn what_a_store_tells_decides() {
        let redis = |log, sync: &str, save: &str| Told {
            log: Some(log),
            sync: Some(sync.to_owned()),
            save: Some(save.to_owned()),
            ..Told::default()
        };
        for (told, upstash, verdict) in [
            (redis(true, "always", ""), false, Verdict::Ok),
            (redis(true, "everysec", ""), false, Verdict::Ok),
            (redis(true, "no", ""), false, Verdict::Warn),
            (redis(false, "everysec", "3600 1"), false, Verdict::Fail),
            (redis(false, "everysec", ""), false, Verdict::Fail),
            (Told { broken: true, ..redis(true, "always", "") }, false, Verdict::Fail),
            (Told::default(), true, Verdict::Ok),
            (Told::default(), false, Verdict::Warn),
            (Told { log: Some(true), ..Told::default() }, false, Verdict::Ok),
        ] {
            assert_eq!(judge(&told, upstash).verdict, verdict, "{told:?}");
        }
        let embedded = judge(&Told { embedded: true, ..redis(false, "no", "") }, false);
        assert!(embedded.mend.unwrap().contains("--data-dir"));
    }
}
