//! Which other hubs are alive, as far as the event stream tells.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;

use store::HubId;
use tokio::time::Instant;

use crate::lock;

/// Most hubs that were given up and are remembered.
const MEMORY: usize = 1000;

/// Hubs and when each gave its last sign of life.
pub(crate) struct Hubs {
    life: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    seen: HashMap<HubId, Instant>,
    /// Those whose members were taken for gone.
    given_up: HashSet<HubId>,
}

impl Hubs {
    /// `life`: how long a hub counts as alive after a sign.
    pub(crate) fn new(life: Duration) -> Self {
        Self { life, state: Mutex::default() }
    }

    /// The hub gave a sign of life. True: it had been given up, and its members count again.
    pub(crate) fn seen(&self, hub: &str, now: Instant) -> bool {
        let mut state = lock(&self.state);
        if let Some(at) = state.seen.get_mut(hub) {
            *at = now;
            return false;
        }
        state.seen.insert(hub.to_owned(), now);
        state.given_up.remove(hub)
    }

    /// The hub's members count no more, until it gives a sign of life.
    pub(crate) fn give_up(&self, hub: &str) {
        let mut state = lock(&self.state);
        state.seen.remove(hub);
        if state.given_up.len() >= MEMORY {
            state.given_up.clear();
        }
        state.given_up.insert(hub.to_owned());
    }

    /// Whether the hub is known to be alive.
    pub(crate) fn knows(&self, hub: &str, now: Instant) -> bool {
        lock(&self.state).seen.get(hub).is_some_and(|at| now.duration_since(*at) < self.life)
    }

    /// Takes out those that have been silent for too long, which are to be given up.
    pub(crate) fn expire(&self, now: Instant) -> Vec<HubId> {
        let mut gone = Vec::new();
        lock(&self.state).seen.retain(|hub, at| {
            let alive = now.duration_since(*at) < self.life;
            if !alive {
                gone.push(hub.clone());
            }
            alive
        });
        gone
    }

    /// The stream was cut: silence until now proves nothing.
    pub(crate) fn excuse(&self, now: Instant) {
        lock(&self.state).seen.values_mut().for_each(|at| *at = now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_that_is_silent_for_too_long_is_gone_once() {
        let (hubs, start) = (Hubs::new(Duration::from_secs(75)), Instant::now());
        hubs.seen("a", start);
        hubs.seen("b", start);
        hubs.seen("b", start + Duration::from_secs(30));
        assert_eq!(hubs.expire(start + Duration::from_secs(74)), Vec::<HubId>::new());
        let late = start + Duration::from_secs(75);
        assert!(!hubs.knows("a", late) && hubs.knows("b", late));
        assert_eq!(hubs.expire(late), ["a"]);
        assert_eq!(hubs.expire(start + Duration::from_secs(80)), Vec::<HubId>::new());
    }

    #[test]
    fn a_hub_that_was_given_up_is_back_once() {
        let (hubs, start) = (Hubs::new(Duration::from_secs(75)), Instant::now());
        assert!(!hubs.seen("a", start), "a new hub has nothing to come back to");
        hubs.give_up("a");
        assert!(!hubs.knows("a", start));
        assert!(hubs.seen("a", start));
        assert!(!hubs.seen("a", start));
    }

    #[test]
    fn silence_while_the_stream_was_cut_is_excused() {
        let (hubs, start) = (Hubs::new(Duration::from_secs(75)), Instant::now());
        hubs.seen("a", start);
        hubs.excuse(start + Duration::from_secs(100));
        assert_eq!(hubs.expire(start + Duration::from_secs(110)), Vec::<HubId>::new());
    }
}
