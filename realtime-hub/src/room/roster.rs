//! Writes a room's presence on this hub to the store.
//!
//! Presence is a hint: nobody waits for these writes. What is wanted and what is written are compared, and a leave is written
//! only after a while, so a client that lost its connection and comes back costs nothing, however many do. A write that
//! fails is tried again.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::{ClientId, RoomId};
use store::HubId;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

use crate::hub::Shared;
use crate::lock;

const RETRY: Duration = Duration::from_secs(2);
/// After so long a client that has left has not just lost its connection. Most come back within a second or two.
const ABSENCE: Duration = Duration::from_secs(5);

/// The wishes of one room.
#[derive(Clone)]
pub(super) struct Roster {
    hub: Shared,
    room: RoomId,
    state: Arc<Mutex<State>>,
    /// Somebody came while the next leave was not yet due.
    changed: Arc<Notify>,
}

#[derive(Default)]
struct State {
    /// Who came and is not written yet.
    joins: HashSet<ClientId>,
    /// Who left and is still written, and when that is due.
    leaves: HashMap<ClientId, Instant>,
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

enum Next {
    Write(Write),
    /// Nothing before then.
    Wait(Instant),
}

impl Roster {
    pub(super) fn new(hub: Shared, room: RoomId) -> Self {
        Self { hub, room, state: Arc::default(), changed: Arc::default() }
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
        state.set(client, present, Instant::now() + ABSENCE);
        self.start(&mut state);
    }

    /// These were left behind by hubs that are gone.
    pub(super) fn forget(&self, litter: Vec<(String, HubId)>) {
        let mut state = lock(&self.state);
        state.litter.extend(litter);
        self.start(&mut state);
    }

    fn start(&self, state: &mut State) {
        if state.is_idle() {
            return;
        }
        if std::mem::replace(&mut state.busy, true) {
            self.changed.notify_one();
        } else {
            self.hub.tasks.spawn(self.clone().write());
        }
    }

    async fn write(self) {
        while let Some(next) = self.next() {
            let write = match next {
                Next::Write(write) => write,
                Next::Wait(due) => {
                    tokio::select! {
                        () = sleep_until(due) => {}
                        () = self.changed.notified() => {}
                        () = self.hub.stopping.cancelled() => {}
                    }
                    continue;
                }
            };
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
                        () = sleep(RETRY) => {}
                        // The hub's key runs out soon, and with it everything that is still written.
                        () = self.hub.stopping.cancelled() => return,
                    }
                }
            }
        }
    }

    /// A hub that stops waits for nobody to come back.
    fn next(&self) -> Option<Next> {
        let hurry = self.hub.stopping.is_cancelled();
        lock(&self.state).next(Instant::now() + if hurry { ABSENCE } else { Duration::ZERO })
    }

    fn done(&self, write: Write) {
        lock(&self.state).done(write);
    }
}

impl State {
    fn is_idle(&self) -> bool {
        self.joins.is_empty() && self.leaves.is_empty() && self.litter.is_empty()
    }

    /// `due`: when a leave is written.
    fn set(&mut self, client: &ClientId, present: bool, due: Instant) {
        self.joins.remove(client);
        self.leaves.remove(client);
        if self.written.contains(client) == present && !self.unsure.contains(client) {
            return;
        }
        if present {
            self.joins.insert(client.clone());
        } else {
            self.leaves.insert(client.clone(), due);
        }
    }

    /// `None`: there is nothing to do, and nobody does it any more.
    fn next(&mut self, now: Instant) -> Option<Next> {
        if !self.litter.is_empty() {
            return Some(Next::Write(Write::Forget(std::mem::take(&mut self.litter))));
        }
        let write = if let Some(client) = self.joins.iter().next() {
            Write::Join(client.clone())
        } else if let Some((client, due)) = self.leaves.iter().min_by_key(|(_, due)| **due) {
            if *due > now {
                return Some(Next::Wait(*due));
            }
            Write::Leave(client.clone())
        } else {
            self.busy = false;
            return None;
        };
        let (Write::Join(client) | Write::Leave(client)) = &write else { return None };
        self.unsure.insert(client.clone());
        Some(Next::Write(write))
    }

    fn done(&mut self, write: Write) {
        match write {
            Write::Join(client) => {
                self.unsure.remove(&client);
                self.joins.remove(&client);
                self.written.insert(client);
            }
            Write::Leave(client) => {
                self.unsure.remove(&client);
                self.leaves.remove(&client);
                self.written.remove(&client);
            }
            Write::Forget(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> ClientId {
        ClientId::parse("ada", "clientId").unwrap()
    }

    fn write(next: Option<Next>) -> Write {
        match next {
            Some(Next::Write(write)) => write,
            Some(Next::Wait(_)) => panic!("not yet due"),
            None => panic!("nothing to do"),
        }
    }

    #[test]
    fn whoever_leaves_while_its_coming_is_written_is_taken_out_again() {
        let (mut state, now) = (State::default(), Instant::now());
        state.set(&ada(), true, now);
        let join = write(state.next(now));
        state.set(&ada(), false, now);
        state.done(join);
        let leave = write(state.next(now));
        assert!(matches!(leave, Write::Leave(_)));
        state.done(leave);
        assert!(state.next(now).is_none() && state.written.is_empty() && state.unsure.is_empty());
    }

    #[test]
    fn whoever_comes_while_its_leave_is_written_is_written_again() {
        let (mut state, now) = (State { written: [ada()].into(), ..State::default() }, Instant::now());
        state.set(&ada(), false, now);
        let leave = write(state.next(now));
        state.set(&ada(), true, now);
        state.done(leave);
        let join = write(state.next(now));
        assert!(matches!(join, Write::Join(_)));
        state.done(join);
        assert!(state.next(now).is_none() && state.written.contains(&ada()));
    }

    #[test]
    fn whoever_leaves_after_a_write_that_failed_is_taken_out_too() {
        let (mut state, now) = (State::default(), Instant::now());
        state.set(&ada(), true, now);
        // Without an answer: it may be in the store.
        assert!(state.next(now).is_some());
        state.set(&ada(), false, now);
        assert!(matches!(write(state.next(now)), Write::Leave(_)));
    }

    #[test]
    fn whoever_leaves_and_comes_back_before_that_is_written_costs_nothing() {
        let (mut state, now) = (State { written: [ada()].into(), ..State::default() }, Instant::now());
        state.set(&ada(), false, now + ABSENCE);
        assert!(matches!(state.next(now), Some(Next::Wait(due)) if due == now + ABSENCE));
        state.set(&ada(), true, now + ABSENCE);
        assert!(state.next(now + ABSENCE).is_none());
    }

    #[test]
    fn joins_do_not_wait_for_leaves() {
        let (mut state, now) = (State { written: [ada()].into(), ..State::default() }, Instant::now());
        state.set(&ada(), false, now + ABSENCE);
        state.set(&ClientId::parse("bob", "clientId").unwrap(), true, now);
        assert!(matches!(write(state.next(now)), Write::Join(_)));
    }
}
