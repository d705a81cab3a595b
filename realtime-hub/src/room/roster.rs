//! Writes a room's presence on this hub to the store.
//!
//! Presence is a hint: nobody waits for these writes. What is wanted and what is written are compared, so a client that
//! leaves and comes back at once costs nothing, and a write that fails is tried again.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::{ClientId, RoomId};
use store::HubId;

use crate::hub::Shared;
use crate::lock;

const RETRY: Duration = Duration::from_secs(2);

/// The wishes of one room.
#[derive(Clone)]
pub(super) struct Roster {
    hub: Shared,
    room: RoomId,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// Present or not, where that is not written yet.
    wanted: HashMap<ClientId, bool>,
    written: HashSet<ClientId>,
    /// Those for whom a write is on its way, or has failed: either may be in the store.
    unsure: HashSet<ClientId>,
    /// What dead hubs have left behind.
    litter: Vec<(String, HubId)>,
    busy: bool,
}

enum Write {
    Join(ClientId),
    Leave(ClientId),
    Forget(Vec<(String, HubId)>),
}

impl Roster {
    pub(super) fn new(hub: Shared, room: RoomId) -> Self {
        Self { hub, room, state: Arc::default() }
    }

    /// The client's presence was written by entering the room.
    pub(super) fn entered(&self, client: &ClientId) {
        lock(&self.state).written.insert(client.clone());
    }

    /// The store has lost what was written.
    pub(super) fn lost(&self, client: &ClientId) {
        lock(&self.state).written.remove(client);
    }

    /// The client shall be present, or not.
    pub(super) fn set(&self, client: &ClientId, present: bool) {
        let mut state = lock(&self.state);
        state.set(client, present);
        self.start(&mut state);
    }

    /// These were left behind by hubs that are gone.
    pub(super) fn forget(&self, litter: Vec<(String, HubId)>) {
        let mut state = lock(&self.state);
        state.litter.extend(litter);
        self.start(&mut state);
    }

    fn start(&self, state: &mut State) {
        let idle = state.wanted.is_empty() && state.litter.is_empty();
        if !idle && !std::mem::replace(&mut state.busy, true) {
            self.hub.tasks.spawn(self.clone().write());
        }
    }

    async fn write(self) {
        while let Some(write) = self.next() {
            let (store, hub) = (&self.hub.store, &self.hub.id);
            let result = match &write {
                Write::Join(client) => store.join(&self.room, hub, client).await,
                Write::Leave(client) => store.leave(&self.room, hub, client).await,
                Write::Forget(litter) => store.forget(&self.room, litter).await,
            };
            match result {
                // Refused: the room is gone, and so is whoever was in it.
                Ok(()) | Err(store::Error::Refused(_)) => self.done(write),
                Err(error) => {
                    tracing::warn!(room = self.room.alias(), %error, "presence was not written");
                    tokio::select! {
                        () = tokio::time::sleep(RETRY) => {}
                        // The hub's key runs out soon, and with it everything that is still written.
                        () = self.hub.stopping.cancelled() => return,
                    }
                }
            }
        }
    }

    fn next(&self) -> Option<Write> {
        lock(&self.state).next()
    }

    fn done(&self, write: Write) {
        lock(&self.state).done(write);
    }
}

impl State {
    fn set(&mut self, client: &ClientId, present: bool) {
        if self.written.contains(client) == present && !self.unsure.contains(client) {
            self.wanted.remove(client);
        } else {
            self.wanted.insert(client.clone(), present);
        }
    }

    fn next(&mut self) -> Option<Write> {
        if !self.litter.is_empty() {
            return Some(Write::Forget(std::mem::take(&mut self.litter)));
        }
        let next = self.wanted.iter().next().map(|(client, present)| (client.clone(), *present));
        self.busy = next.is_some();
        let (client, present) = next?;
        self.unsure.insert(client.clone());
        Some(if present { Write::Join(client) } else { Write::Leave(client) })
    }

    fn done(&mut self, write: Write) {
        let (client, present) = match write {
            Write::Join(client) => (client, true),
            Write::Leave(client) => (client, false),
            Write::Forget(_) => return,
        };
        self.unsure.remove(&client);
        if self.wanted.get(&client) == Some(&present) {
            self.wanted.remove(&client);
        }
        if present {
            self.written.insert(client);
        } else {
            self.written.remove(&client);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> ClientId {
        ClientId::parse("ada", "clientId").unwrap()
    }

    #[test]
    fn whoever_leaves_while_its_coming_is_written_is_taken_out_again() {
        let mut state = State::default();
        state.set(&ada(), true);
        let join = state.next().unwrap();
        state.set(&ada(), false);
        state.done(join);
        let leave = state.next().unwrap();
        assert!(matches!(leave, Write::Leave(_)));
        state.done(leave);
        assert!(state.next().is_none() && state.written.is_empty() && state.unsure.is_empty());
    }

    #[test]
    fn whoever_leaves_after_a_write_that_failed_is_taken_out_too() {
        let mut state = State::default();
        state.set(&ada(), true);
        // Without an answer: it may be in the store.
        assert!(state.next().is_some());
        state.set(&ada(), false);
        assert!(matches!(state.next(), Some(Write::Leave(_))));
    }

    #[test]
    fn whoever_leaves_and_comes_back_before_anything_was_written_costs_nothing() {
        let mut state = State { written: [ada()].into(), ..State::default() };
        state.set(&ada(), false);
        state.set(&ada(), true);
        assert!(state.next().is_none());
    }
}
