//! Which rooms are live here, and what is known of those that are not.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use domain::RoomId;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::{Command, Join, open};
use crate::hub::Shared;
use crate::lock;

/// How long the newest seq of a room is remembered: far longer than any replica lags.
const MEMORY: Duration = Duration::from_mins(10);

/// The rooms by id.
#[derive(Default)]
pub(crate) struct Rooms(Mutex<Table>);

#[derive(Default)]
struct Table {
    live: HashMap<String, mpsc::UnboundedSender<Command>>,
    /// Newest seq that was heard of, in any room, live or not.
    heard: HashMap<String, (u64, Instant)>,
}

impl Rooms {
    /// Hands a join to the room's actor, which is started if the room is not live yet.
    ///
    /// Commands are sent while the table is locked and an actor takes itself out of it only when its queue is empty, so
    /// none is ever sent to an actor that has ended.
    pub(crate) fn join(&self, hub: &Shared, room: &RoomId, join: Join) {
        let mut table = lock(&self.0);
        let actor = table.live.entry(room.to_string()).or_insert_with(|| {
            let (sender, commands) = mpsc::unbounded_channel();
            hub.tasks.spawn(open::run(hub.clone(), room.clone(), commands));
            sender
        });
        // The receiver lives as long as the entry.
        let _ = actor.send(Command::Join(join));
    }

    /// Hands a command to the room's actor. False: the room is not live here.
    pub(crate) fn send(&self, room: &str, command: Command) -> bool {
        lock(&self.0).live.get(room).is_some_and(|actor| actor.send(command).is_ok())
    }

    /// Hands a command to every room's actor.
    pub(crate) fn send_all(&self, mut command: impl FnMut() -> Command) {
        for actor in lock(&self.0).live.values() {
            let _ = actor.send(command());
        }
    }

    /// Takes the room out, unless commands for it have come. True: the actor must end.
    pub(super) fn close(&self, room: &RoomId, commands: &mpsc::UnboundedReceiver<Command>) -> bool {
        let mut table = lock(&self.0);
        commands.is_empty() && table.live.remove(room.as_str()).is_some()
    }

    /// Remembers that an entry exists.
    pub(crate) fn heard(&self, room: &str, seq: u64) {
        let mut table = lock(&self.0);
        let now = Instant::now();
        match table.heard.get_mut(room) {
            Some(known) => *known = (known.0.max(seq), now),
            None => {
                table.heard.insert(room.to_owned(), (seq, now));
            }
        }
    }

    /// Newest seq that was heard of, 0 if none.
    pub(crate) fn newest_heard(&self, room: &RoomId) -> u64 {
        lock(&self.0).heard.get(room.as_str()).map_or(0, |known| known.0)
    }

    /// The store went back: what was heard of the room counts no more.
    pub(super) fn unheard(&self, room: &RoomId) {
        lock(&self.0).heard.remove(room.as_str());
    }

    /// Forgets rooms that nothing was heard of for ten minutes.
    pub(crate) fn forget_old(&self) {
        let now = Instant::now();
        lock(&self.0).heard.retain(|_, known| now.duration_since(known.1) < MEMORY);
    }
}
