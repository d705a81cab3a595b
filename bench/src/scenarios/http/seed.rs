//! Rooms with a history, filled as fast as the store takes it.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::append::{Append, CONTENT};
use crate::load::closed::{Connection, Request, UNIQUE};
use crate::system::{Store, System};

/// Messages in one request to the store.
const BATCH: usize = 250;

/// A room with this many messages; gives its id.
pub(super) async fn room(system: &System, http: SocketAddr, messages: usize) -> Result<String> {
    let mut connection = Connection::open(http).await?;
    let create = Request::post("/api/clients/bench/rooms", &json!({"name": "A room of the benchmark"}));
    let room = connection.exchange(create.bytes()).await?.json(201)?;
    let room = room["id"].as_str().context("a room without an id")?.to_owned();
    match (system.store, system.redis) {
        (Some(store), _) => append(store, &room, messages).await?,
        (None, Some(redis)) => push(redis, &room, messages).await?,
        (None, None) => (),
    }
    Ok(room)
}

/// `RoomTalk`'s own append, through its gateway.
async fn append(store: Store, room: &str, messages: usize) -> Result<()> {
    let append = Append::to(room).await?;
    let mut connection = Connection::open(store.address).await?;
    pipeline(&mut connection, &Request::pipeline(store.token, &append.load, 1)).await?;
    for count in batches(messages) {
        pipeline(&mut connection, &Request::pipeline(store.token, &append.command, count)).await?;
    }
    Ok(())
}

/// Sends a pipeline of which every command must succeed.
pub(in crate::scenarios) async fn pipeline(connection: &mut Connection, request: &Request) -> Result<()> {
    let mut bytes = request.bytes().to_vec();
    request.make_unique(&mut bytes);
    let replies = connection.exchange(&bytes).await?.json(200)?;
    let failed = replies.as_array().into_iter().flatten().find(|reply| reply.get("error").is_some());
    ensure!(failed.is_none(), "the store says: {failed:?}");
    Ok(())
}

/// The Node peer's list of messages, past the peer.
async fn push(redis: SocketAddr, room: &str, messages: usize) -> Result<()> {
    let message = json!({
        "id": format!("00000000-0000-4000-8000-{UNIQUE}"),
        "clientId": "bench",
        "content": CONTENT,
        "roomId": room,
        "timestamp": "2026-01-01T00:00:00.000Z",
        "messageType": "text",
    });
    let command = ["RPUSH".to_owned(), format!("room:{room}:messages"), message.to_string()];
    let mut connection = Connection::open(redis).await?;
    for count in batches(messages) {
        let request = Request::commands(&command, count);
        let mut bytes = request.bytes().to_vec();
        request.make_unique(&mut bytes);
        connection.exchange_commands(&bytes, count).await?;
    }
    Ok(())
}

fn batches(messages: usize) -> impl Iterator<Item = usize> {
    (0..messages).step_by(BATCH).map(move |done| BATCH.min(messages - done))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_add_up_to_all_messages() {
        for messages in [0, 1, BATCH, BATCH + 1, 1000] {
            assert_eq!(batches(messages).sum::<usize>(), messages);
            assert!(batches(messages).all(|count| (1..=BATCH).contains(&count)));
        }
    }
}
