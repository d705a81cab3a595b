//! How a room becomes live: its events are buffered in the actor's queue from the first moment, its newest page is read,
//! and the queue is worked off. What the page already holds is recognised by its seq.

use std::time::Duration;

use domain::RoomId;
use store::{Cursor, Entered, PageRequest};
use tokio::sync::mpsc;
use traces::scope;

use super::actor::Actor;
use super::{Command, Join};
use crate::hub::Shared;

/// How often a page that ends before what was heard of is read again, and the first pause; each is twice the last.
const TRIES: u32 = 6;
const PAUSE: Duration = Duration::from_millis(20);

/// The life of an actor.
pub(super) async fn run(hub: Shared, room: RoomId, mut commands: mpsc::UnboundedReceiver<Command>) {
    if let Some(actor) = open(&hub, &room, &mut commands).await {
        hub.metrics.rooms.up();
        actor.run(commands).await;
        hub.metrics.rooms.down();
    }
}

/// Waits for a join that the store allows. `None`: there was none, and the room is out of the table.
async fn open(hub: &Shared, room: &RoomId, commands: &mut mpsc::UnboundedReceiver<Command>) -> Option<Actor> {
    loop {
        // What else has come is of no use to a room without members: the page will hold it. Dropping a command that
        // wants an answer is the answer.
        if let Command::Join(join) = commands.recv().await? {
            match scope(join.trace, enter(hub, room, &join)).await {
                Ok(entered) => {
                    let mut actor = Actor::new(hub.clone(), room.clone(), &entered, &join.client).await;
                    scope(join.trace, actor.join(join)).await;
                    return Some(actor);
                }
                Err(error) => refuse(join, commands, &error.into()),
            }
        }
        if hub.rooms.close(room, commands) {
            return None;
        }
    }
}

/// Refuses a join and all that came meanwhile: each would wait for the store as long as the first.
fn refuse(join: Join, commands: &mut mpsc::UnboundedReceiver<Command>, error: &domain::Error) {
    let _ = join.done.send(Err(error.clone()));
    while let Ok(command) = commands.try_recv() {
        if let Command::Join(join) = command {
            let _ = join.done.send(Err(error.clone()));
        }
    }
}

/// Presence, room and newest page in one step, which runs at the store's leader.
async fn enter(hub: &Shared, room: &RoomId, join: &Join) -> Result<Entered, store::Error> {
    let mut entered = hub.store.enter(room, &hub.id, &join.client).await?;
    let heard = hub.rooms.newest_heard(room);
    for attempt in 0..TRIES {
        if entered.page.latest_seq >= heard {
            return Ok(entered);
        }
        // It must not hide the last message of a quiet room, should the leader itself have changed.
        tokio::time::sleep(PAUSE * 2u32.pow(attempt)).await;
        let request = PageRequest::new(Cursor::Newest, domain::limits::PAGE_MAX).at_leader();
        entered.page = hub.store.page(room, request).await?;
    }
    tracing::warn!(room = room.alias(), "the store has less than was heard of; it went back");
    hub.rooms.unheard(room);
    Ok(entered)
}
