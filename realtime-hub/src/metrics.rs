//! Counters, in the text format of Prometheus. The names are stable.

use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

/// A number that only grows.
#[derive(Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, n: usize) {
        self.0.fetch_add(n as u64, Relaxed);
    }

    /// Takes over what was counted elsewhere.
    pub(crate) fn set(&self, n: u64) {
        self.0.store(n, Relaxed);
    }
}

/// A number that goes up and down.
#[derive(Default)]
pub(crate) struct Gauge(AtomicI64);

impl Gauge {
    pub(crate) fn up(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    pub(crate) fn down(&self) {
        self.0.fetch_sub(1, Relaxed);
    }

    pub(crate) fn set(&self, n: u64) {
        self.0.store(i64::try_from(n).unwrap_or(i64::MAX), Relaxed);
    }
}

/// Everything that the hub counts.
#[derive(Default)]
pub(crate) struct Metrics {
    pub(crate) connections: Gauge,
    pub(crate) sockets: Gauge,
    pub(crate) rooms: Gauge,
    pub(crate) unread: Gauge,
    pub(crate) events: Counter,
    pub(crate) deliveries: Counter,
    pub(crate) gaps_filled: Counter,
    pub(crate) resets: Counter,
    pub(crate) resumes: Counter,
    pub(crate) joins: Counter,
    pub(crate) slow_closes: Counter,
    pub(crate) stream_opens: Counter,
    store_calls: Mutex<Vec<((&'static str, &'static str), u64)>>,
}

impl Metrics {
    /// Counts a store call of this kind that ended like this.
    pub(crate) fn store_call(&self, op: &'static str, outcome: &'static str) {
        let mut calls = crate::lock(&self.store_calls);
        match calls.iter_mut().find(|(labels, _)| *labels == (op, outcome)) {
            Some((_, count)) => *count += 1,
            None => calls.push(((op, outcome), 1)),
        }
    }

    /// All of them as text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (name, help, gauge) in [
            ("roomtalk_hub_connections", "Open TCP connections.", &self.connections),
            ("roomtalk_hub_sockets", "Connected sockets.", &self.sockets),
            ("roomtalk_hub_rooms", "Rooms that are live on this hub.", &self.rooms),
            ("roomtalk_hub_unread_bytes", "What waits in memory for all sockets together.", &self.unread),
        ] {
            metric(&mut text, name, help, "gauge");
            line(&mut text, name, gauge.0.load(Relaxed));
        }
        for (name, help, counter) in [
            ("roomtalk_hub_events_total", "Events that came by the store's stream.", &self.events),
            ("roomtalk_hub_deliveries_total", "Messages handed to sockets.", &self.deliveries),
            ("roomtalk_hub_gaps_filled_total", "Times that missed entries were read from the log.", &self.gaps_filled),
            ("roomtalk_hub_resets_total", "Times that a room's history could not be continued.", &self.resets),
            ("roomtalk_hub_joins_total", "Joins of rooms.", &self.joins),
            ("roomtalk_hub_resumes_total", "Joins that continued after a seq.", &self.resumes),
            (
                "roomtalk_hub_slow_closes_total",
                "Sockets closed because their queue, or all together, was full.",
                &self.slow_closes,
            ),
            ("roomtalk_hub_stream_opens_total", "Times that the event stream was opened.", &self.stream_opens),
        ] {
            metric(&mut text, name, help, "counter");
            line(&mut text, name, counter.0.load(Relaxed));
        }
        let name = "roomtalk_hub_store_calls_total";
        metric(&mut text, name, "Operations on the store.", "counter");
        for ((op, outcome), count) in crate::lock(&self.store_calls).iter() {
            line(&mut text, &format!("{name}{{op=\"{op}\",outcome=\"{outcome}\"}}"), count);
        }
        text
    }
}

// Writing to a String can't fail.
fn metric(text: &mut String, name: &str, help: &str, kind: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn line(text: &mut String, name: &str, value: impl std::fmt::Display) {
    let _ = writeln!(text, "{name} {value}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_appear_under_their_names() {
        let metrics = Metrics::default();
        metrics.sockets.up();
        metrics.deliveries.add(3);
        metrics.store_call("append", "ok");
        metrics.store_call("append", "ok");
        metrics.store_call("append", "unavailable");
        let text = metrics.text();
        for expected in [
            "# TYPE roomtalk_hub_sockets gauge\nroomtalk_hub_sockets 1\n",
            "roomtalk_hub_deliveries_total 3\n",
            "roomtalk_hub_store_calls_total{op=\"append\",outcome=\"ok\"} 2\n",
            "roomtalk_hub_store_calls_total{op=\"append\",outcome=\"unavailable\"} 1\n",
        ] {
            assert!(text.contains(expected), "{expected} in {text}");
        }
    }
}
