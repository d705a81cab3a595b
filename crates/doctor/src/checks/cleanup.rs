//! Takes away what the checks wrote.

use upstash::Command;

use crate::failure::Failure;
use crate::finding::Outcome;
use crate::probe::{LIFE, Probe};

/// Removes all scratch keys; `None` when no check asked for any.
pub(crate) async fn run(probe: &Probe) -> Option<Outcome> {
    let keys = probe.take_keys();
    if keys.is_empty() {
        return None;
    }
    let outcome = match probe.single(&Command::new("DEL").args(&keys)).await.and_then(|reply| Ok(reply.int()?)) {
        Ok(_) => Outcome::ok("the scratch keys are removed"),
        // Nothing was written either.
        Err(Failure::Answer(upstash::Error::Unauthorized(_))) => return None,
        Err(failure) => Outcome::warn(
            format!("the scratch keys could not be removed: {failure}"),
            format!("wait: the keys doctor:{}:* expire within {} minutes", probe.run, LIFE / 60),
        ),
    };
    Some(outcome)
}
