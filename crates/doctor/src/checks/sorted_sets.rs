//! Sorted sets: the list of all rooms, and of each client's.

use upstash::{Command, Reply};

use crate::failure::{COMMANDS, Failure};
use crate::finding::Outcome;
use crate::probe::{LIFE, Probe};
use crate::steps::{self, Step, Wanted};

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let (set, missing) = (probe.key("sorted-set"), probe.key("sorted-set-missing"));
    let command = Command::new;
    let number = |n| Wanted::Reply(Reply::Int(n));
    let steps = [
        Step::new("ZADD", command("ZADD").arg(&set).args(["1795478400001", "later"]), number(1)),
        Step::new("ZADD", command("ZADD").arg(&set).args(["1795478400000", "first"]), number(1)),
        Step::new("EXPIRE", command("EXPIRE").arg(&set).arg(LIFE), number(1)),
        Step::new("ZRANGE", command("ZRANGE").arg(&set).args(["0", "-1"]), Wanted::Texts(&["first", "later"])),
        Step::new("ZCARD", command("ZCARD").arg(&set), number(2)),
        Step::new("ZCARD of a missing key", command("ZCARD").arg(&missing), number(0)),
    ];
    Ok(steps::run(probe, &steps).await?.outcome("ZADD, ZRANGE and ZCARD", COMMANDS))
}
