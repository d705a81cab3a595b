//! The members of a room on this hub, and what is told to all of them.

use std::collections::HashMap;

use domain::{ClientId, RoomId};
use serde::Serialize;
use serde_json::value::RawValue;
use socketioxide::{BroadcastError, SocketError, SocketIo};

use crate::sockets::{Json, Queues, Wire, json, room_channel};

struct Member {
    wire: Wire,
    client: ClientId,
}

/// The sockets in a room.
pub(super) struct Members {
    io: SocketIo,
    queues: Queues,
    channel: String,
    /// What logs call the room.
    alias: String,
    sockets: HashMap<String, Member>,
}

impl Members {
    pub(super) fn new(io: SocketIo, queues: Queues, room: &RoomId) -> Self {
        Self { io, queues, channel: room_channel(room), alias: room.alias(), sockets: HashMap::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sockets.is_empty()
    }

    pub(super) fn contains(&self, socket: &str) -> bool {
        self.sockets.contains_key(socket)
    }

    pub(super) fn add(&mut self, wire: &Wire, client: &ClientId) {
        wire.join(self.channel.clone());
        self.sockets.insert(wire.id(), Member { wire: wire.clone(), client: client.clone() });
    }

    /// The client whose socket left.
    pub(super) fn remove(&mut self, socket: &str) -> Option<ClientId> {
        let member = self.sockets.remove(socket)?;
        member.wire.leave(self.channel.clone());
        Some(member.client)
    }

    /// Some client that is here.
    pub(super) fn any_client(&self) -> Option<ClientId> {
        self.sockets.values().next().map(|member| member.client.clone())
    }

    /// Tells every member; the packet is encoded once and its bytes are shared. Gives the number of members.
    pub(super) async fn emit(&self, event: &str, data: &RawValue) -> usize {
        if self.sockets.is_empty() {
            return 0;
        }
        let packet = self.queues.message(event.len() + data.get().len());
        for member in self.sockets.values() {
            // Who is closed by this misses nothing without being told: the client comes back and resumes.
            let _ = member.wire.reserve(&packet);
        }
        // No namespace: the hub is on its way out and nobody is connected any more.
        let Some(namespace) = self.io.of("/") else { return 0 };
        if let Err(BroadcastError::Socket(errors)) = namespace.within(self.channel.clone()).emit(event, data).await
            && errors.iter().any(|error| matches!(error, SocketError::InternalChannelFull))
        {
            // The limit in bytes makes this impossible, and the error does not say whom it hit; nobody may miss a
            // message without being told, so all start anew.
            tracing::error!(room = self.alias, "a socket's queue was full below its limit; closing the room's sockets");
            for member in self.sockets.values() {
                member.wire.lose();
            }
        }
        self.sockets.len()
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
