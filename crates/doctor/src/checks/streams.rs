//! Streams whose entries the store numbers without gaps: the rooms' logs.

use upstash::{Command, Reply};

use crate::failure::Failure;
use crate::finding::Outcome;
use crate::probe::{LIFE, Probe};
use crate::steps::{self, Step, Wanted, text};

const MEND: &str =
    "use Upstash, Redis 7.0 or newer (before it there are no ids `0-*`), Valkey, or RoomTalk's embedded store";

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let (log, missing) = (probe.key("log"), probe.key("log-missing"));
    let command = Command::new;
    let read = |name, from, to| command(name).arg(&log).args([from, to, "COUNT", "2"]);
    let id = |id| Wanted::Reply(text(id));
    let steps = [
        Step::new("XADD NOMKSTREAM on a missing stream", add(&missing), Wanted::Reply(Reply::Nil)),
        Step::new("XADD with an id 0-*", command("XADD").arg(&log).args(["0-*", "m", "x"]), id("0-1")),
        Step::new("EXPIRE", command("EXPIRE").arg(&log).arg(LIFE), Wanted::Reply(Reply::Int(1))),
        Step::new("XADD NOMKSTREAM MAXLEN ~ with an id 0-*", add(&log), id("0-2")),
        Step::new("XADD NOMKSTREAM MAXLEN ~ with an id 0-*", add(&log), id("0-3")),
        Step::new("XRANGE", read("XRANGE", "0-2", "+"), entries(&["0-2", "0-3"])),
        Step::new("XRANGE after the newest", read("XRANGE", "0-4", "+"), Wanted::Empty),
        Step::new("XREVRANGE", read("XREVRANGE", "+", "-"), entries(&["0-3", "0-2"])),
        Step::new("XREVRANGE of a missing stream", command("XREVRANGE").arg(&missing).args(["+", "-"]), Wanted::Empty),
    ];
    let good = "XADD with NOMKSTREAM, MAXLEN ~ and ids 0-*, XRANGE and XREVRANGE";
    Ok(steps::run(probe, &steps).await?.outcome(good, MEND))
}

/// As messages are appended.
fn add(key: &str) -> Command<'_> {
    Command::new("XADD").arg(key).args(["NOMKSTREAM", "MAXLEN", "~", "1000", "0-*", "m", "x"])
}

fn entries(ids: &[&str]) -> Wanted {
    let fields = || Reply::Array(vec![text("m"), text("x")]);
    Wanted::Reply(Reply::Array(ids.iter().map(|id| Reply::Array(vec![text(id), fields()])).collect()))
}
