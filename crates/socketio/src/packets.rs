//! Packets on their way out, encoded once.

use std::sync::Arc;

use crate::backlog::{Backlog, Waiting};
use crate::frame;

/// What separates packets in an answer to a poll.
const SEPARATOR: u8 = 0x1E;

/// Packets in their order, for one session or many, which share the bytes.
#[derive(Clone)]
pub struct Packets(Arc<Encoded>);

struct Encoded {
    /// Complete WebSocket frames.
    frames: Box<[u8]>,
    _waiting: Waiting,
}

/// Encodes packets one after another.
#[derive(Default)]
pub struct Encoder {
    frames: Vec<u8>,
}

impl Encoder {
    /// An event with one argument, which is JSON. The name is written as it is: letters, digits, `_`.
    pub fn event(&mut self, name: &'static str, argument: &str) {
        self.text(&["42[\"", name, "\",", argument, "]"]);
    }

    /// The answer to the event that asked for it by this number. Each argument is JSON.
    pub(crate) fn ack(&mut self, id: u64, arguments: &[&str]) {
        let list = arguments.join(",");
        self.text(&["43", &id.to_string(), "[", &list, "]"]);
    }

    /// An Engine.IO packet.
    pub(crate) fn text<const N: usize>(&mut self, parts: &[&str; N]) {
        frame::write(&mut self.frames, frame::TEXT, &parts.map(str::as_bytes));
    }

    /// A WebSocket frame that is no packet.
    pub(crate) fn control(&mut self, opcode: u8, payload: &[u8]) {
        frame::write(&mut self.frames, opcode, &[payload]);
    }

    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// Whether nothing was encoded yet.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    pub(crate) fn finish(self, backlog: &Backlog) -> Packets {
        let waiting = backlog.hold(self.frames.len());
        Packets(Arc::new(Encoded { frames: self.frames.into_boxed_slice(), _waiting: waiting }))
    }
}

impl Packets {
    /// As a WebSocket carries them.
    pub(crate) fn frames(&self) -> &[u8] {
        &self.0.frames
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.0.frames.len() as u64
    }

    /// Appends them as the answer to a poll carries them.
    pub(crate) fn write_payload(&self, out: &mut Vec<u8>) {
        for payload in frame::payloads(&self.0.frames) {
            if !out.is_empty() {
                out.push(SEPARATOR);
            }
            out.extend_from_slice(payload);
        }
    }
}

/// The packets of a poll's body.
pub(crate) fn split(payload: &str) -> impl Iterator<Item = &str> {
    payload.split(char::from(SEPARATOR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_read_the_same_by_websocket_and_by_poll() {
        let mut encoder = Encoder::default();
        let long = format!("\"{}\"", "x".repeat(70_000));
        encoder.event("a", "1");
        encoder.ack(7, &["2", "{}"]);
        encoder.event("b", &long);
        encoder.event("c", &long[..300]);
        let packets = encoder.finish(&Backlog::default());
        let mut payload = Vec::new();
        packets.write_payload(&mut payload);
        let payload = String::from_utf8(payload).unwrap();
        let expected = [
            r#"42["a",1]"#.to_owned(),
            "437[2,{}]".to_owned(),
            format!(r#"42["b",{long}]"#),
            format!(r#"42["c",{}]"#, &long[..300]),
        ];
        assert_eq!(split(&payload).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn they_wait_once_however_many_they_wait_for() {
        let backlog = Backlog::default();
        let mut encoder = Encoder::default();
        encoder.event("a", "1");
        let (len, packets) = (encoder.len() as u64, encoder.finish(&backlog));
        let others = vec![packets.clone(); 100];
        assert_eq!((backlog.bytes(), packets.bytes()), (len, len));
        drop((packets, others));
        assert_eq!(backlog.bytes(), 0);
    }
}
