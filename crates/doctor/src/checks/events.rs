//! Whether the event stream brings what is published.

use tokio::time::timeout;
use upstash::{Client, Command, Events, Push};

use crate::checks::scripts::CHANNEL;
use crate::failure::{Failure, PROTOCOL, mend_for};
use crate::finding::Outcome;
use crate::probe::{DEADLINE, Probe};

/// The longest message is 16 000 characters of six bytes as JSON.
const LONG: usize = 100_000;
const BUFFERED: &str = "let the stream pass unbuffered: in nginx `proxy_buffering off;` and `proxy_read_timeout 1h;` for \
     /subscribe, in other proxies what they call so";

/// A stream on the checks' channel.
struct Stream {
    response: reqwest::Response,
    events: Events,
}

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let mut stream = match timeout(DEADLINE, open(probe)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(outcome)) => return Ok(outcome),
        Err(_) => {
            return Ok(Outcome::fail(
                "/subscribe was not confirmed within 5 s: something holds the stream back",
                BUFFERED,
            ));
        }
    };
    for payload in payloads(&probe.run) {
        let size = payload.len();
        probe.single(&Command::new("PUBLISH").arg(CHANNEL).arg(&payload)).await?;
        match timeout(DEADLINE, stream.find(&probe.run, &payload)).await {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => return Ok(Outcome::fail(format!("a payload of {size} bytes came changed"), PROTOCOL)),
            Ok(Err(why)) => return Ok(Outcome::fail(format!("the stream ended: {why}"), BUFFERED)),
            Err(_) => {
                let seen = format!("what was published ({size} bytes) did not come by /subscribe within 5 s");
                return Ok(Outcome::fail(seen, BUFFERED));
            }
        }
    }
    Ok(Outcome::ok("/subscribe brings what PUBLISH sends, up to the longest message"))
}

/// Each with the examination's own mark, since others may use the channel at the same time.
fn payloads(run: &str) -> [String; 2] {
    [format!("{{\"doctor\":\"{run}\",\"text\":\"a, b: 你好 👋\"}}"), format!("{run} {}", "x".repeat(LONG))]
}

/// Subscribes, and waits until that is confirmed.
async fn open(probe: &Probe) -> Result<Stream, Outcome> {
    let failed = |seen: String| Outcome::fail(seen, PROTOCOL);
    let request = probe.client.subscribe(CHANNEL).map_err(|error| failed(error.to_string()))?;
    let request = reqwest::Request::try_from(request).map_err(|error| failed(error.to_string()))?;
    let response = probe.transport.client().execute(request).await;
    let response = response.map_err(|error| failed(format!("/subscribe: {error}")))?;
    let status = response.status();
    if !status.is_success() {
        let body = response.bytes().await.unwrap_or_default();
        let seen = format!("/subscribe: {}", Failure::from(Client::failure(status, &body)));
        let mend = mend_for(&seen).unwrap_or(PROTOCOL);
        return Err(Outcome::fail(seen, mend));
    }
    let mut stream = Stream { response, events: Events::new() };
    loop {
        match stream.next().await.map_err(|why| failed(format!("/subscribe: {why}")))? {
            Push::Subscribed { topic } if topic == CHANNEL => return Ok(stream),
            _ => {}
        }
    }
}

impl Stream {
    /// Waits for the next message with this examination's mark; false when it is another than `payload`.
    async fn find(&mut self, run: &str, payload: &str) -> Result<bool, String> {
        loop {
            match self.next().await? {
                Push::Message { payload: came, .. } if came.contains(run) => return Ok(came == payload),
                _ => {}
            }
        }
    }

    async fn next(&mut self) -> Result<Push, String> {
        loop {
            if let Some(push) = self.events.next_push().map_err(|error| error.to_string())? {
                return Ok(push);
            }
            match self.response.chunk().await {
                Ok(Some(bytes)) => self.events.feed(&bytes),
                Ok(None) => return Err("the store closed it".to_owned()),
                Err(error) => return Err(error.to_string()),
            }
        }
    }
}
