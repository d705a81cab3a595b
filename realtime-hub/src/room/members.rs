//! The members of a room on this hub, and what is told to all of them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::{ClientId, RoomId};
use serde::Serialize;
use serde_json::value::RawValue;
use socketio::{Encoder, Engine, Socket};
use tokio::time::Instant;
use traces::Span;

use super::log::Entry;
use super::timing::Timing;
use crate::metrics::Metrics;
use crate::sockets::{Json, json};

/// So many bytes are not held back for more.
const FULL: usize = 32 * 1024;
/// What follows within so long for each member goes out together: about what it costs to tell one.
const SPACING: Duration = Duration::from_micros(20);
/// And at most within so long.
const MOST_SPACING: Duration = Duration::from_millis(50);

struct Member {
    socket: Socket,
    client: ClientId,
}

/// The sockets in a room.
pub(super) struct Members {
    engine: Engine,
    /// By their numbers.
    sockets: HashMap<u64, Member>,
    /// What all are told next.
    next: Encoder,
    /// When they were told last.
    told: Instant,
    /// What ends when they are told next.
    spans: Vec<Span>,
    pub(super) timing: Timing,
}

impl Members {
    pub(super) fn new(engine: Engine, metrics: Arc<Metrics>) -> Self {
        Self {
            engine,
            sockets: HashMap::new(),
            next: Encoder::default(),
            told: Instant::now(),
            spans: Vec::new(),
            timing: Timing::new(metrics),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.sockets.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sockets.is_empty()
    }

    pub(super) fn contains(&self, socket: u64) -> bool {
        self.sockets.contains_key(&socket)
    }

    pub(super) fn add(&mut self, socket: &Socket, client: &ClientId) {
        self.flush();
        self.sockets.insert(socket.number(), Member { socket: socket.clone(), client: client.clone() });
    }

    /// The client whose socket left.
    pub(super) fn remove(&mut self, socket: u64) -> Option<ClientId> {
        self.flush();
        self.sockets.remove(&socket).map(|member| member.client)
    }

    /// Some client that is here.
    pub(super) fn any_client(&self) -> Option<ClientId> {
        self.sockets.values().next().map(|member| member.client.clone())
    }

    /// Shows every member a message, at [`Members::due`]. Gives the number of members.
    pub(super) fn show(&mut self, entry: &Entry) -> usize {
        if !self.sockets.is_empty() {
            self.timing.queued(entry.seq, entry.arrived);
        }
        self.emit("new_message", &entry.json)
    }

    /// Tells every member, at [`Members::due`]. Gives the number of members.
    pub(super) fn emit(&mut self, event: &'static str, data: &RawValue) -> usize {
        if !self.sockets.is_empty() {
            self.next.event(event, data.get());
            if self.next.len() >= FULL {
                self.flush();
            }
        }
        self.sockets.len()
    }

    /// Ends `span` when all were told, which may be the case already.
    pub(super) fn end_when_told(&mut self, span: Span) {
        if !self.next.is_empty() {
            self.spans.push(span);
        }
    }

    /// When what all are told is due: at once in a quiet room. In a busy one it waits until telling the last has paid off, so
    /// that a room which is told more than it can be told one by one is told several things at once.
    pub(super) fn due(&self) -> Option<Instant> {
        let members = u32::try_from(self.sockets.len()).unwrap_or(u32::MAX);
        let spacing = SPACING.saturating_mul(members).min(MOST_SPACING);
        (!self.next.is_empty()).then(|| self.told + spacing)
    }

    /// Sends what all are told, if it is due.
    pub(super) fn flush_due(&mut self) {
        if self.due().is_some_and(|due| due <= Instant::now()) {
            self.flush();
        }
    }

    /// Sends what all are told: one piece of memory that all their queues share, however many events there are in it.
    pub(super) fn flush(&mut self) {
        if self.next.is_empty() {
            return;
        }
        self.told = Instant::now();
        let packets = self.engine.packets(std::mem::take(&mut self.next));
        for member in self.sockets.values() {
            // Who is closed by this misses nothing without being told: the client comes back and resumes.
            member.socket.send(&packets);
        }
        self.spans.clear();
        self.timing.told();
    }
}

/// v0.4's `MemberEvent`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MemberEvent<'a> {
    room_id: &'a str,
    user: User<'a>,
    count: usize,
    action: &'static str,
    timestamp: String,
}

#[derive(Serialize)]
struct User<'a> {
    id: &'a str,
}

/// v0.4's `MemberCount`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MemberCount<'a> {
    room_id: &'a str,
    count: usize,
}

pub(super) fn member_change(room: &RoomId, client: &str, count: usize, action: &'static str) -> Json {
    let timestamp = domain::timestamp(crate::unix_millis());
    json(&MemberEvent { room_id: room.as_str(), user: User { id: client }, count, action, timestamp })
}

pub(super) fn member_count(room: &RoomId, count: usize) -> Json {
    json(&MemberCount { room_id: room.as_str(), count })
}
