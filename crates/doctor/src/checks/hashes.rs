//! Hashes: rooms, images, presence.

use upstash::{Command, Reply};

use crate::failure::{COMMANDS, Failure};
use crate::finding::Outcome;
use crate::probe::{LIFE, Probe};
use crate::steps::{self, Step, Wanted, text};

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let (hash, missing) = (probe.key("hash"), probe.key("hash-missing"));
    let command = Command::new;
    let number = |n| Wanted::Reply(Reply::Int(n));
    let fields = Reply::Array(vec![text("a room"), Reply::Nil]);
    let steps = [
        Step::new("HSET", command("HSET").arg(&hash).args(["name", "a room", "width", "2"]), number(2)),
        Step::new("EXPIRE", command("EXPIRE").arg(&hash).arg(LIFE), number(1)),
        Step::new("HSET of a field that is there", command("HSET").arg(&hash).args(["width", "3"]), number(0)),
        Step::new("HMGET", command("HMGET").arg(&hash).args(["name", "none"]), Wanted::Reply(fields)),
        Step::new("HGETALL", command("HGETALL").arg(&hash), Wanted::Count(4)),
        Step::new("HGETALL of a missing key", command("HGETALL").arg(&missing), Wanted::Empty),
        Step::new("HKEYS", command("HKEYS").arg(&hash), Wanted::Count(2)),
        Step::new("HDEL", command("HDEL").arg(&hash).arg("name"), number(1)),
        Step::new("HDEL of a field that is gone", command("HDEL").arg(&hash).arg("name"), number(0)),
    ];
    Ok(steps::run(probe, &steps).await?.outcome("HSET, HMGET, HGETALL, HKEYS and HDEL", COMMANDS))
}
