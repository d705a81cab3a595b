//! What answers, as far as it tells.

use crate::checks::facts;
use crate::failure::Failure;
use crate::finding::Outcome;
use crate::probe::Probe;

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let Some(info) = facts::info(probe, "server").await? else {
        return Ok(Outcome::ok("does not tell what it is"));
    };
    let get = |name: &str| info.get(name).map(String::as_str);
    if get("redis_mode") == Some("cluster") {
        return Ok(Outcome::fail(
            "a node of a Redis Cluster: a room is created by one script over keys of several slots, which it refuses",
            "use a single Redis server, with replicas if you like (`cluster-enabled no`)",
        ));
    }
    Ok(Outcome::ok(match (get("roomtalk_engine"), get("valkey_version"), get("redis_version")) {
        (Some(version), _, _) => format!("RoomTalk's embedded store {version}"),
        (_, Some(version), _) => format!("Valkey {version}"),
        (_, _, Some(version)) => format!("Redis {version}, or one that calls itself so"),
        _ => "does not tell its version".to_owned(),
    }))
}
