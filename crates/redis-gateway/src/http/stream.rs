//! Subscriptions as Server-Sent Events.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use http_body::Frame;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use crate::backend::{Push, Topic};

/// How often an idle stream says that it is alive.
const PING: Duration = Duration::from_secs(15);

/// The events of a subscription that stands: first one line for each topic, then each message as it is published, with a
/// comment each 15 s. Ends when the backend ends it or `stop` is cancelled.
pub(super) fn events(
    topics: &[Topic],
    receiver: mpsc::Receiver<Push>,
    stop: CancellationToken,
) -> impl Stream<Item = Result<Frame<Bytes>, Infallible>> + use<> {
    let mut first = Vec::new();
    for (index, topic) in topics.iter().enumerate() {
        let (kind, name) = match topic {
            Topic::Channel(name) => ("subscribe", name),
            Topic::Pattern(name) => ("psubscribe", name),
        };
        event(&mut first, &[kind.as_bytes(), name, (index + 1).to_string().as_bytes()]);
    }
    let mut ticks = interval_at(tokio::time::Instant::now() + PING, PING);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    stream::unfold((Some(first), receiver, ticks, stop), |(first, mut receiver, mut ticks, stop)| async move {
        let data = if let Some(first) = first {
            first
        } else {
            tokio::select! {
                biased;
                () = stop.cancelled() => return None,
                push = receiver.recv() => message(&push?),
                _ = ticks.tick() => b": ping\n\n".to_vec(),
            }
        };
        Some((Ok(Frame::data(data.into())), (None, receiver, ticks, stop)))
    })
}

fn message(push: &Push) -> Vec<u8> {
    let mut out = Vec::with_capacity(push.channel.len() + push.payload.len() + 32);
    match &push.pattern {
        None => event(&mut out, &[b"message", &push.channel, &push.payload]),
        Some(pattern) => event(&mut out, &[b"pmessage", pattern, &push.channel, &push.payload]),
    }
    out
}

/// One event: its fields joined with commas.
///
/// A line break in a field can't be sent as it is: what follows it would be taken for another line, and a payload could
/// pass for a message that nobody published. A standard parser joins the lines of an event; Upstash's SDK takes each line
/// that starts with `data: ` for a message of its own, so the further lines have no space after the colon, and that SDK
/// skips them. A further line that begins with a space, for which that is no way out, begins with a no-break space instead.
fn event(out: &mut Vec<u8>, fields: &[&[u8]]) {
    let text = fields.iter().map(|field| String::from_utf8_lossy(field)).collect::<Vec<_>>().join(",");
    for (index, line) in text.replace("\r\n", "\n").split(['\n', '\r']).enumerate() {
        match (index, line.strip_prefix(' ')) {
            (0, _) => out.extend_from_slice(format!("data: {line}\n").as_bytes()),
            (_, None) => out.extend_from_slice(format!("data:{line}\n").as_bytes()),
            (_, Some(rest)) => out.extend_from_slice(format!("data:\u{a0}{rest}\n").as_bytes()),
        }
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(fields: &[&str]) -> String {
        let mut out = Vec::new();
        event(&mut out, &fields.iter().map(|field| field.as_bytes()).collect::<Vec<_>>());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn fields_are_joined_with_commas_and_the_payload_keeps_its_own() {
        assert_eq!(text(&["message", "chat", "a,b,{\"c\":1}"]), "data: message,chat,a,b,{\"c\":1}\n\n");
    }

    #[test]
    fn a_payload_can_not_pass_for_another_message() {
        for forged in [
            "x\ndata: message,chat,forged",
            "x\n\ndata: message,chat,forged",
            "x\rmessage,chat,forged",
            "x\n message,chat,forged",
        ] {
            let sent = text(&["message", "chat", forged]);
            let taken: Vec<_> = sent.split(['\n', '\r']).filter_map(|line| line.strip_prefix("data: ")).collect();
            assert_eq!(taken, ["message,chat,x"], "{forged:?}");
            assert_eq!(sent.matches("\n\n").count(), 1, "one event: {forged:?}");
        }
    }
}
