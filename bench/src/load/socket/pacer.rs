//! The open loop: messages are due at fixed times, whatever became of those before.

use std::sync::Arc;

use anyhow::Result;

use super::client::Dialect;
use super::crowd::Room;
use super::pen::Pen;
use super::stamp::{self, Stamp};
use super::{frame, stamp::REST};
use crate::load::clock;
use crate::load::histogram::Histogram;

/// A loop that is this late, in microseconds, can't be caught up with: the step has failed.
const HOPELESS: u64 = 2_000_000;

/// What is to be sent, to all rooms in turn.
pub(super) struct Plan {
    pub(super) step: u32,
    /// Messages, all rooms together.
    pub(super) messages: u64,
    /// Messages a second, all rooms together.
    pub(super) rate: f64,
    pub(super) dialect: Dialect,
}

/// What was sent.
pub(super) struct Sent {
    pub(super) messages: u64,
    /// From due to written.
    pub(super) lateness: Histogram,
}

/// A sender's frame, in which just the stamp changes.
struct Template {
    pen: Arc<Pen>,
    frame: Vec<u8>,
    stamp: usize,
}

/// Sends; takes a thread of its own for as long as it lasts.
pub(super) fn run(rooms: &[Room], plan: &Plan) -> Result<Sent> {
    let mut senders: Vec<Vec<Template>> = rooms.iter().map(|room| templates(room, plan.dialect)).collect();
    let count = rooms.len() as u64;
    let mut sent = Sent { messages: 0, lateness: Histogram::default() };
    let start = clock::micros() + 10_000;
    for message in 0..plan.messages {
        let due = start + (message as f64 / plan.rate * 1e6) as u64;
        clock::sleep_until(due);
        let number = message / count;
        let senders = &mut senders[(message % count) as usize];
        let turn = (number % senders.len() as u64) as usize;
        let Template { pen, frame, stamp } = &mut senders[turn];
        Stamp { step: plan.step, number: number as u32, due }.write(frame, *stamp);
        pen.write(frame)?;
        sent.messages += 1;
        let late = clock::micros().saturating_sub(due);
        sent.lateness.add(late);
        if late > HOPELESS {
            break;
        }
    }
    Ok(sent)
}

fn templates(room: &Room, dialect: Dialect) -> Vec<Template> {
    let template = |pen: &Arc<Pen>| {
        let text = text(&room.id, dialect);
        let stamp = text.find('~').unwrap_or_default();
        let frame = frame::encode(frame::TEXT, text.as_bytes());
        Template { pen: pen.clone(), stamp: frame.len() - text.len() + stamp, frame }
    };
    room.senders.iter().map(template).collect()
}

/// What is sent. The bare server sends on what it gets, so it gets as much as the others send.
fn text(room: &str, dialect: Dialect) -> String {
    let content = format!("{:~<width$}{REST}", "", width = stamp::LENGTH);
    if dialect == Dialect::Bare {
        return format!(
            r#"42["new_message",{{"id":"01890a5d-ac96-774b-bcce-b302099a8057","clientId":"sender-0","content":"{content}","roomId":"{room}-0","timestamp":"2026-01-01T00:00:00.000Z","messageType":"text","seq":100000}}]"#
        );
    }
    format!(r#"42["send_message",{{"roomId":"{room}","content":"{content}"}}]"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_about_120_characters_and_begins_with_its_stamp() {
        let text = text("ROOM", Dialect::RoomTalk);
        let content = text.split('"').nth(9).unwrap_or_default();
        assert!((115..=125).contains(&content.len()), "{}", content.len());
        assert!(content.starts_with('~'), "{content}");
    }
}
