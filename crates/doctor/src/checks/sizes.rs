//! Whether the largest image goes into the store and out of it in one request each.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::limits::IMAGE_BYTES;
use upstash::Command;

use crate::failure::{Failure, PROTOCOL, mend_of};
use crate::finding::Outcome;
use crate::probe::{LIFE, Probe, UPLOAD_DEADLINE};
use crate::steps::text;

const MEND: &str = "let requests and answers of 8 MB pass: at Upstash every plan takes 10 MB; in nginx set \
     `client_max_body_size 10m;`, in other proxies what they call so; without it images above the limit can't be sent";

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let key = probe.key("image");
    let data = image();
    let megabytes = tenths(data.len());
    let commands = [Command::new("HSET").arg(&key).arg("data").arg(&data), Command::new("EXPIRE").arg(&key).arg(LIFE)];
    let stored = probe.pipeline(&commands, UPLOAD_DEADLINE).await;
    let stored = stored.and_then(|replies| Ok(replies.into_iter().collect::<Result<Vec<_>, _>>()?));
    if let Err(failure) = stored {
        return Ok(refused(&format!("a request of {megabytes} MB, an image of 5 MiB in base64"), failure));
    }
    let read = Command::new("HMGET").arg(&key).arg("data");
    let response = match probe.send(probe.client.bulky(&read), UPLOAD_DEADLINE).await {
        Ok(response) => response,
        Err(failure) => return Ok(refused(&format!("an answer of {megabytes} MB"), failure)),
    };
    match probe.client.bulky_reply(&response) {
        Ok(reply) if reply.clone().array()? == [text(&data)] => {
            Ok(Outcome::ok(format!("{megabytes} MB in one request and one answer: the largest image, 5 MiB in base64")))
        }
        Ok(_) => Ok(Outcome::fail(format!("{megabytes} MB came back changed"), PROTOCOL)),
        Err(error) => Ok(refused(&format!("an answer of {megabytes} MB"), error.into())),
    }
}

fn refused(what: &str, failure: Failure) -> Outcome {
    let seen = format!("{what}: {failure}");
    let mend = match failure {
        failure if failure.is_size() => MEND.to_owned(),
        Failure::Transport(_) | Failure::Answer(upstash::Error::Status { .. }) => MEND.to_owned(),
        Failure::Answer(upstash::Error::Refused(refusal)) => mend_of(&refusal).to_owned(),
        other => other.mend(),
    };
    Outcome::fail(seen, mend)
}

/// The largest image's bytes in base64, of all values so that none can be made smaller underway.
fn image() -> String {
    let mut state = 1u32;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(IMAGE_BYTES)
    .collect();
    STANDARD.encode(bytes)
}

/// Megabytes with one digit after the point.
fn tenths(bytes: usize) -> String {
    let tenths = (bytes + 50_000) / 100_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}
