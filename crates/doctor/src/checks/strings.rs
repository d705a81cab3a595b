//! Strings and the life of keys: the marks of message ids, the hubs' keys, the limits.

use upstash::{Command, Reply};

use crate::failure::{COMMANDS, Failure};
use crate::finding::Outcome;
use crate::probe::{LIFE, Probe};
use crate::steps::{self, Step, Wanted, text};

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let (a, b, missing) = (probe.key("string-a"), probe.key("string-b"), probe.key("string-missing"));
    let command = Command::new;
    let life = i64::try_from(LIFE).unwrap_or(i64::MAX);
    let both = Reply::Array(vec![text("client:7:print"), text("2"), Reply::Nil]);
    let steps = [
        Step::new("SET with EX", command("SET").arg(&a).arg("client:7:print").arg("EX").arg(LIFE), ok()),
        Step::new("SET with PX", command("SET").arg(&b).arg("2").arg("PX").arg(LIFE * 1000), ok()),
        Step::new("GET", command("GET").arg(&b), Wanted::Reply(text("2"))),
        Step::new("MGET", command("MGET").args([&a, &b, &missing]), Wanted::Reply(both)),
        Step::new("EXISTS", command("EXISTS").args([&a, &b, &missing]), number(2)),
        Step::new("TTL after SET with EX", command("TTL").arg(&a), Wanted::Between(1, life)),
        Step::new("TTL after SET with PX", command("TTL").arg(&b), Wanted::Between(1, life)),
        Step::new("TTL of a missing key", command("TTL").arg(&missing), number(-2)),
        Step::new("PERSIST", command("PERSIST").arg(&a), number(1)),
        Step::new("TTL after PERSIST", command("TTL").arg(&a), number(-1)),
        Step::new("EXPIRE", command("EXPIRE").arg(&a).arg(LIFE), number(1)),
        Step::new("DEL", command("DEL").arg(&b), number(1)),
    ];
    let problems = steps::run(probe, &steps).await?;
    Ok(problems.outcome("SET with EX and PX, GET, MGET, EXISTS, TTL, EXPIRE, PERSIST and DEL", COMMANDS))
}

fn ok() -> Wanted {
    Wanted::Reply(text("OK"))
}

fn number(n: i64) -> Wanted {
    Wanted::Reply(Reply::Int(n))
}
