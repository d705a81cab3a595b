//! Whether answers carry the token by which a replica catches up.

use upstash::Command;

use crate::failure::Failure;
use crate::finding::Outcome;
use crate::probe::{DEADLINE, Probe};

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let response = probe.send(probe.client.single(&Command::new("PING")), DEADLINE).await?;
    probe.client.reply(&response)?;
    Ok(if response.headers().contains_key("upstash-sync-token") {
        Outcome::ok("answers carry it, so that a reader sees its own writes whichever replica answers")
    } else {
        Outcome::warn(
            "answers carry no `upstash-sync-token`: one server needs none, but a read from a replica may be stale",
            "let the proxy in front of the store pass the header on; with one server and no replicas nothing must be done",
        )
    })
}
