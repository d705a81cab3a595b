//! Whether the token is the store's, and lets its bearer write.

use upstash::Command;

use crate::failure::{Failure, TOKEN, mend_of, one_line};
use crate::finding::Outcome;
use crate::probe::{LIFE, Probe};

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let key = probe.key("token");
    let write = Command::new("SET").arg(&key).arg("1").arg("EX").arg(LIFE);
    let refusal = match probe.single(&write).await {
        Ok(_) => return Ok(Outcome::ok("accepted, and lets RoomTalk write")),
        Err(Failure::Answer(upstash::Error::Unauthorized(text))) => {
            return Ok(Outcome::fail(format!("401: {}", one_line(&text)), TOKEN));
        }
        Err(failure) => failure.refusal()?,
    };
    Ok(Outcome::fail(format!("accepted, but a write is refused: {}", one_line(&refusal)), mend_of(&refusal)))
}
