//! Which other hubs are alive, as far as the event stream tells.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use store::HubId;
use tokio::time::Instant;

use crate::lock;

/// Hubs and when each gave its last sign of life.
pub(crate) struct Hubs {
    life: Duration,
    seen: Mutex<HashMap<HubId, Instant>>,
}

impl Hubs {
    /// `life`: how long a hub counts as alive after a sign.
    pub(crate) fn new(life: Duration) -> Self {
        Self { life, seen: Mutex::default() }
    }

    /// The hub gave a sign of life.
    pub(crate) fn seen(&self, hub: &str, now: Instant) {
        let mut seen = lock(&self.seen);
        match seen.get_mut(hub) {
            Some(at) => *at = now,
            None => {
                seen.insert(hub.to_owned(), now);
            }
        }
    }

    /// Whether the hub is known to be alive.
    pub(crate) fn knows(&self, hub: &str, now: Instant) -> bool {
        lock(&self.seen).get(hub).is_some_and(|at| now.duration_since(*at) < self.life)
    }

    /// Takes out those that have been silent for too long.
    pub(crate) fn expire(&self, now: Instant) -> Vec<HubId> {
        let mut gone = Vec::new();
        lock(&self.seen).retain(|hub, at| {
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
        lock(&self.seen).values_mut().for_each(|at| *at = now);
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
    fn silence_while_the_stream_was_cut_is_excused() {
        let (hubs, start) = (Hubs::new(Duration::from_secs(75)), Instant::now());
        hubs.seen("a", start);
        hubs.excuse(start + Duration::from_secs(100));
        assert_eq!(hubs.expire(start + Duration::from_secs(110)), Vec::<HubId>::new());
    }
}
