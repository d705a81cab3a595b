//! Whether what is stored comes back as it was, in both forms in which RoomTalk asks for it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use upstash::Command;

use crate::failure::{Failure, PROTOCOL};
use crate::finding::Outcome;
use crate::probe::{DEADLINE, LIFE, Probe};
use crate::steps::text;

/// Of every length in UTF-8, with all that JSON must escape.
const TEXT: &str = "a \"quoted\" \\ line\r\n\t\u{0}\u{1}\u{7f} é e\u{301} 你好 \u{fffd} 👋🏽 \u{10ffff}";

#[derive(Deserialize)]
struct Answer {
    result: String,
}

pub(super) async fn base64(probe: &Probe) -> Result<Outcome, Failure> {
    let key = probe.key("text");
    store(probe, &key).await?;
    let response = probe.send(probe.client.single(&Command::new("GET").arg(&key)), DEADLINE).await?;
    let result = serde_json::from_slice::<Answer>(response.body()).map(|answer| answer.result);
    Ok(match result {
        Ok(result) if result == STANDARD.encode(TEXT) => {
            Outcome::ok("every character comes back as it was stored, in base64")
        }
        Ok(result) if result == TEXT => Outcome::fail(
            "answers in plain text where `Upstash-Encoding: base64` was asked for, which RoomTalk can't read",
            PROTOCOL,
        ),
        Ok(_) => Outcome::fail("a text with characters of every kind came back changed", PROTOCOL),
        Err(_) => match probe.client.reply(&response) {
            Err(error) => Failure::from(error).into(),
            Ok(_) => Outcome::fail("GET answered something that is no text", PROTOCOL),
        },
    })
}

pub(super) async fn resp2(probe: &Probe) -> Result<Outcome, Failure> {
    let key = probe.key("text-resp2");
    store(probe, &key).await?;
    let response = probe.send(probe.client.bulky(&Command::new("GET").arg(&key)), DEADLINE).await?;
    if probe.client.bulky_reply(&response)? != text(TEXT) {
        return Ok(Outcome::fail("a text with characters of every kind came back changed", PROTOCOL));
    }
    let is_resp2 = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/octet-stream");
    Ok(if is_resp2 {
        Outcome::ok("reads come in Redis's own format")
    } else {
        Outcome::warn(
            "`Upstash-Response-Format: resp2` is not known: pages and images come as JSON, which works and takes longer",
            "nothing must be done; Upstash and redis-gateway know it",
        )
    })
}

async fn store(probe: &Probe, key: &str) -> Result<(), Failure> {
    probe.single(&Command::new("SET").arg(key).arg(TEXT).arg("EX").arg(LIFE)).await.map(drop)
}
