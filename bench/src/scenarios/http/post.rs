//! Sending messages by REST.

use std::sync::Arc;

use anyhow::Result;
use serde_json::{Value, json};

use super::CONCURRENCY;
use super::world::{APART, EMBEDDED, NATIVE, NODE, ROOMTALK, World};
use crate::append::CONTENT;
use crate::context::Context;
use crate::load::closed::{Request, UNIQUE};

/// Messages in the room.
const ROOMS: [usize; 2] = [100, 100_000];

pub(in crate::scenarios) async fn run(context: &Context) -> Result<()> {
    let world = World::start(context, &[ROOMTALK, NODE, EMBEDDED, APART, NATIVE]).await?;
    let rooms = world.rooms_of(context, &ROOMS).await?;
    for round in 1..=context.rounds {
        for (messages, rooms) in &rooms {
            for concurrency in CONCURRENCY {
                let scenario = format!("POST c{concurrency}, {messages} in room");
                if !context.wants_case(&scenario) {
                    continue;
                }
                for (target, room) in world.targets.iter().zip(rooms) {
                    let load = target.load(context, post(room, &message()), 201, concurrency);
                    world.measure(context, target, round, &scenario, load).await?;
                }
            }
        }
        // As the page sends, so that a retry stores nothing: two commands more. The peer knows no such thing.
        let scenario = "POST c16 with an id, 100 in room";
        let Some((_, rooms)) = rooms.first().filter(|_| context.wants_case(scenario)) else { continue };
        for (target, room) in world.targets.iter().zip(rooms).filter(|(target, _)| target.name != NODE) {
            let mut message = message();
            message["messageId"] = Value::from(format!("00000000-0000-4000-8000-{UNIQUE}"));
            let load = target.load(context, post(room, &message), 201, 16);
            world.measure(context, target, round, scenario, load).await?;
        }
    }
    world.stop().await
}

pub(super) fn message() -> Value {
    json!({"clientId": "bench", "content": CONTENT})
}

pub(super) fn post(room: &str, message: &Value) -> Arc<Request> {
    Arc::new(Request::post(&format!("/api/rooms/{room}/messages"), message))
}
