//! The layout of the data that the store holds.

use store::LAYOUT;
use upstash::Command;

use crate::failure::Failure;
use crate::finding::Outcome;
use crate::probe::Probe;

/// Where the store keeps it.
const KEY: &str = "room:layout";

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let kept = match probe.single(&Command::new("GET").arg(KEY)).await {
        Ok(reply) => reply.maybe_text()?,
        Err(failure) => {
            let refusal = failure.refusal()?;
            return Ok(Outcome::fail(
                format!("the layout can't be read: {refusal}"),
                format!("let RoomTalk's user read and write the key {KEY}, which nobody else uses"),
            ));
        }
    };
    let Some(kept) = kept else {
        return Ok(Outcome::ok(format!("none is kept yet; the first hub keeps {LAYOUT}")));
    };
    if kept.parse().is_ok_and(|layout: u64| layout <= LAYOUT) {
        return Ok(Outcome::ok(format!("{kept}; this version knows layouts up to {LAYOUT}")));
    }
    let shown: String = kept.chars().filter(|c| !c.is_control()).take(20).collect();
    Ok(Outcome::fail(
        format!("layout {shown}, and this version knows layouts up to {LAYOUT}: a newer version has used the store"),
        "start the newer version, or restore a backup from before the upgrade",
    ))
}
