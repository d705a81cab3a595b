//! Everything that the hub counts, in the text format of Prometheus. The names are stable.

mod store_ops;

use ::metrics::{Counter, Gauge, Histogram, Text, write_process};

pub(crate) use store_ops::{Outcome, StoreOp, StoreOps};

/// All numbers.
#[derive(Default)]
pub(crate) struct Metrics {
    pub(crate) connections: Gauge,
    pub(crate) sockets: Gauge,
    pub(crate) rooms: Gauge,
    pub(crate) unread: Gauge,
    pub(crate) stream_live: Gauge,
    pub(crate) events: Counter,
    pub(crate) deliveries: Counter,
    pub(crate) gaps_filled: Counter,
    pub(crate) resets: Counter,
    pub(crate) resumes: Counter,
    pub(crate) joins: Counter,
    pub(crate) rate_limited: Counter,
    pub(crate) slow_closes: Counter,
    pub(crate) stream_opens: Counter,
    pub(crate) delivery: Histogram,
    pub(crate) round_trip: Histogram,
    pub(crate) store: StoreOps,
}

impl Metrics {
    /// All of them as text.
    pub(crate) fn text(&self) -> String {
        let mut text = Text::default();
        text.build_info("roomtalk_build_info", "Always 1; the label is the version.", env!("CARGO_PKG_VERSION"));
        for (name, help, gauge) in [
            ("roomtalk_hub_connections", "Open TCP connections.", &self.connections),
            ("roomtalk_hub_sockets", "Connected sockets.", &self.sockets),
            ("roomtalk_hub_rooms", "Rooms that are live on this hub.", &self.rooms),
            ("roomtalk_hub_unread_bytes", "What waits in memory for all sockets together.", &self.unread),
            ("roomtalk_hub_stream_live", "1 while the store's event stream is open.", &self.stream_live),
        ] {
            text.gauge(name, help, gauge.get());
        }
        for (name, help, counter) in [
            ("roomtalk_hub_events_total", "Events that came by the store's stream.", &self.events),
            ("roomtalk_hub_deliveries_total", "Messages handed to sockets.", &self.deliveries),
            ("roomtalk_hub_gaps_filled_total", "Times that missed entries were read from the log.", &self.gaps_filled),
            ("roomtalk_hub_resets_total", "Times that a room's history could not be continued.", &self.resets),
            ("roomtalk_hub_joins_total", "Joins of rooms.", &self.joins),
            ("roomtalk_hub_resumes_total", "Joins that continued after a seq.", &self.resumes),
            ("roomtalk_hub_rate_limited_total", "Events of sockets that were refused as too many.", &self.rate_limited),
            (
                "roomtalk_hub_slow_closes_total",
                "Sockets closed because their queue, or all together, was full.",
                &self.slow_closes,
            ),
            ("roomtalk_hub_stream_opens_total", "Times that the event stream was opened.", &self.stream_opens),
        ] {
            text.counter(name, help, counter.get());
        }
        for (name, help, histogram) in [
            (
                "roomtalk_hub_delivery_seconds",
                "From the arrival of a message by the store's stream until it was in the queues of the room's sockets.",
                &self.delivery,
            ),
            (
                "roomtalk_hub_round_trip_seconds",
                "From the moment when a socket's message was taken up until it was in the queues of the room's sockets here.",
                &self.round_trip,
            ),
        ] {
            text.histograms(name, help, [(String::new(), histogram)]);
        }
        self.store.write(&mut text);
        write_process(&mut text);
        text.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn numbers_appear_under_their_names() {
        let metrics = Metrics::default();
        metrics.sockets.up();
        metrics.deliveries.add(3);
        metrics.round_trip.observe(Duration::from_millis(2));
        metrics.store.append.done(Outcome::Ok, Duration::from_millis(1), 5);
        metrics.store.append.done(Outcome::Ok, Duration::from_millis(3), 5);
        metrics.store.append.done(Outcome::Unavailable, Duration::from_secs(9), 0);
        let text = metrics.text();
        for expected in [
            concat!("roomtalk_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1\n"),
            "# TYPE roomtalk_hub_sockets gauge\nroomtalk_hub_sockets 1\n",
            "roomtalk_hub_deliveries_total 3\n",
            "# TYPE roomtalk_hub_round_trip_seconds histogram\nroomtalk_hub_round_trip_seconds_bucket{le=\"0.0001\"} 0\n",
            "roomtalk_hub_round_trip_seconds_bucket{le=\"0.0025\"} 1\n",
            "roomtalk_hub_round_trip_seconds_sum 0.002\nroomtalk_hub_round_trip_seconds_count 1\n",
            "roomtalk_hub_store_calls_total{op=\"append\",outcome=\"ok\"} 2\n",
            "roomtalk_hub_store_calls_total{op=\"append\",outcome=\"unavailable\"} 1\n",
            "roomtalk_hub_store_calls_total{op=\"page\",outcome=\"ok\"} 0\n",
            "roomtalk_hub_billed_commands_total{op=\"append\"} 10\n",
            "roomtalk_hub_store_call_seconds_bucket{op=\"append\",le=\"0.001\"} 1\n",
            "roomtalk_hub_store_call_seconds_bucket{op=\"append\",le=\"5\"} 2\n",
            "roomtalk_hub_store_call_seconds_bucket{op=\"append\",le=\"+Inf\"} 3\n",
        ] {
            assert!(text.contains(expected), "{expected} in {text}");
        }
    }

    #[test]
    fn every_metric_says_what_it_is_before_its_numbers() {
        let text = Metrics::default().text();
        let mut known = Vec::new();
        for line in text.lines() {
            match line.strip_prefix("# ").map(|comment| comment.splitn(3, ' ').collect::<Vec<_>>()) {
                Some(comment) if comment[0] == "HELP" => assert!(!comment[2].is_empty()),
                Some(comment) => {
                    assert!(comment[0] == "TYPE" && !known.contains(&comment[1]), "{line}");
                    known.push(comment[1]);
                }
                None => {
                    let name = line.split(['{', ' ']).next().unwrap();
                    let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
                    assert!([Some(name), family].contains(&known.last().copied()), "{line}");
                    assert!(line.rsplit_once(' ').unwrap().1.parse::<f64>().is_ok(), "{line}");
                }
            }
        }
    }
}
