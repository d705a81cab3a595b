//! Reading the newest messages by REST, of rooms with a short and with a long history.

use std::sync::Arc;

use anyhow::Result;

use super::CONCURRENCY;
use super::world::{APART, EMBEDDED, NATIVE, NODE, ROOMTALK, World};
use crate::context::Context;
use crate::load::closed::Request;

/// Messages in the room.
const ROOMS: [usize; 3] = [100, 5_000, 100_000];
/// In a room longer than this, the peer is asked by one client only: an answer of all messages takes it a second, and
/// sixty-four at once all of its memory.
const PEERS_LONGEST: usize = 5_000;

pub(in crate::scenarios) async fn run(context: &Context) -> Result<()> {
    let world = World::start(context, &[ROOMTALK, NODE, EMBEDDED, APART, NATIVE]).await?;
    let rooms = world.rooms_of(context, &ROOMS).await?;
    for round in 1..=context.rounds {
        // What is compared is measured close together: the rooms within a concurrency, the systems within a room.
        for concurrency in CONCURRENCY {
            for (messages, rooms) in &rooms {
                let scenario = format!("GET c{concurrency}, {messages} in room");
                if !context.wants_case(&scenario) {
                    continue;
                }
                for (target, room) in world.targets.iter().zip(rooms) {
                    if target.name == NODE && *messages > PEERS_LONGEST && concurrency > 1 {
                        eprintln!("    {scenario}: node is left out, it reads all {messages} for each answer");
                        continue;
                    }
                    let load = target.load(context, newest(room), 200, concurrency);
                    world.measure(context, target, round, &scenario, load).await?;
                }
            }
        }
    }
    world.stop().await
}

pub(super) fn newest(room: &str) -> Arc<Request> {
    Arc::new(Request::get(&path(room), &[]))
}

pub(super) fn path(room: &str) -> String {
    format!("/api/rooms/{room}/messages")
}
