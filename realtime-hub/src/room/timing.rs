//! How long a room's messages take on this hub: one observation for each message, however many sockets are told.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use crate::metrics::Metrics;

/// How many messages are remembered for an acknowledgement that comes later, or the other way round.
const REMEMBERED: usize = 64;

/// Measures from the arrival by the stream, and from the sender on this hub, until all members were told.
pub(super) struct Timing {
    metrics: Arc<Metrics>,
    /// What the members are told next: seq, and when the stream brought it.
    next: Vec<(u64, Option<Instant>)>,
    /// What they were told lately: seq and when, in the order of seqs.
    told: VecDeque<(u64, Instant)>,
    /// What this hub's sockets have sent and the members were not told yet: seq, and when it was taken up.
    sent: VecDeque<(u64, Instant)>,
}

impl Timing {
    pub(super) fn new(metrics: Arc<Metrics>) -> Self {
        Self { metrics, next: Vec::new(), told: VecDeque::new(), sent: VecDeque::new() }
    }

    /// The members are told this message next.
    pub(super) fn queued(&mut self, seq: u64, arrived: Option<Instant>) {
        self.next.push((seq, arrived));
    }

    /// The members were told.
    pub(super) fn told(&mut self) {
        if self.next.is_empty() {
            return;
        }
        let now = Instant::now();
        for (seq, arrived) in self.next.drain(..) {
            if let Some(arrived) = arrived {
                self.metrics.delivery.observe(now - arrived);
            }
            push(&mut self.told, (seq, now));
        }
        let Some((last, _)) = self.told.back().copied() else { return };
        let Self { metrics, told, sent, .. } = self;
        // What came before and is not there was never shown: the room had no members here then.
        sent.retain(|&(seq, taken_up)| {
            observe(metrics, told, seq, taken_up);
            seq > last
        });
    }

    /// A socket of this hub has sent this message, which may have been shown by now.
    pub(super) fn sent(&mut self, seq: u64, taken_up: Instant) {
        if !observe(&self.metrics, &self.told, seq, taken_up) {
            push(&mut self.sent, (seq, taken_up));
        }
    }

    /// The room starts anew: seqs mean other messages.
    pub(super) fn forget(&mut self) {
        self.next.clear();
        self.told.clear();
        self.sent.clear();
    }
}

/// Whether the members were told this message.
fn observe(metrics: &Metrics, told: &VecDeque<(u64, Instant)>, seq: u64, taken_up: Instant) -> bool {
    let found = told.binary_search_by_key(&seq, |(seq, _)| *seq).ok().and_then(|place| told.get(place));
    if let Some((_, at)) = found {
        metrics.round_trip.observe(at.saturating_duration_since(taken_up));
    }
    found.is_some()
}

fn push(list: &mut VecDeque<(u64, Instant)>, item: (u64, Instant)) {
    if list.len() == REMEMBERED {
        list.pop_front();
    }
    list.push_back(item);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timing() -> (Timing, Arc<Metrics>) {
        let metrics = Arc::new(Metrics::default());
        (Timing::new(metrics.clone()), metrics)
    }

    /// How many deliveries and round trips were measured.
    fn measured(metrics: &Metrics) -> (String, String) {
        let text = metrics.text();
        let count = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}_count "))).unwrap();
            line.to_owned()
        };
        (count("roomtalk_hub_delivery_seconds"), count("roomtalk_hub_round_trip_seconds"))
    }

    fn numbers(delivery: &str, round_trip: &str) -> (String, String) {
        (delivery.to_owned(), round_trip.to_owned())
    }

    #[test]
    fn a_message_counts_once_its_members_were_told_whether_the_store_acknowledges_before_or_after() {
        let (mut timing, metrics) = timing();
        let now = Instant::now();
        timing.sent(2, now);
        timing.queued(2, Some(now));
        timing.queued(3, Some(now));
        assert_eq!(measured(&metrics), numbers("0", "0"));
        timing.told();
        assert_eq!(measured(&metrics), numbers("2", "1"));
        timing.sent(3, now);
        timing.told();
        assert_eq!(measured(&metrics), numbers("2", "2"));
    }

    #[test]
    fn what_was_read_from_the_log_did_not_arrive_and_what_nobody_was_shown_is_not_measured() {
        let (mut timing, metrics) = timing();
        let now = Instant::now();
        timing.sent(2, now);
        timing.queued(3, None);
        timing.told();
        timing.sent(3, now);
        assert_eq!(measured(&metrics), numbers("0", "1"));
        assert!(timing.sent.is_empty());
    }

    #[test]
    fn a_room_that_starts_anew_forgets_and_memory_is_bounded() {
        let (mut timing, metrics) = timing();
        for seq in 0..1000 {
            timing.sent(seq + 2000, Instant::now());
            timing.queued(seq, None);
        }
        timing.told();
        assert_eq!((timing.sent.len(), timing.told.len()), (REMEMBERED, REMEMBERED));
        timing.forget();
        timing.sent(999, Instant::now());
        assert_eq!(measured(&metrics), numbers("0", "0"));
    }
}
