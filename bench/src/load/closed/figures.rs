//! What a closed loop measures.

use std::time::{Duration, Instant};

/// Rate, latencies, and what the generator took for itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Figures {
    /// Answers a second.
    pub(crate) rate: f64,
    /// Milliseconds.
    pub(crate) p50: f64,
    /// Milliseconds.
    pub(crate) p99: f64,
    /// Of one core.
    pub(crate) own_cpu: f64,
    /// All of them, also those before the measurement began.
    pub(crate) requests: usize,
}

/// What one connection measured.
#[derive(Debug, Default)]
pub(crate) struct Track {
    latencies: Vec<Duration>,
    /// All requests, those before the measurement began as well.
    requests: usize,
    /// When its first request was sent and its last answered.
    span: Option<(Instant, Instant)>,
}

impl Track {
    /// A request was answered now; it counts when it was sent after `begin`.
    pub(crate) fn add(&mut self, sent: Instant, begin: Instant) {
        self.requests += 1;
        if sent >= begin {
            self.note(sent, Instant::now());
        }
    }

    fn note(&mut self, sent: Instant, answered: Instant) {
        self.latencies.push(answered - sent);
        let first = self.span.map_or(sent, |(first, _)| first);
        self.span = Some((first, answered));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.latencies.is_empty()
    }

    /// Answers a second. Each connection has its own span, so that slow answers, which end long after the time is up, are
    /// not taken for few.
    fn rate(&self) -> f64 {
        let time = self.span.map_or(Duration::ZERO, |(first, last)| last - first);
        if time.is_zero() { 0.0 } else { self.latencies.len() as f64 / time.as_secs_f64() }
    }
}

impl Figures {
    /// `None` when nothing was measured.
    pub(crate) fn of(tracks: Vec<Track>, own_cpu: f64) -> Option<Self> {
        let rate = tracks.iter().map(Track::rate).sum();
        let requests = tracks.iter().map(|track| track.requests).sum();
        let mut latencies: Vec<Duration> = tracks.into_iter().flat_map(|track| track.latencies).collect();
        latencies.sort_unstable();
        let percentile = |p: usize| {
            let index = (latencies.len() * p / 100).min(latencies.len().checked_sub(1)?);
            latencies.get(index).map(|latency| latency.as_secs_f64() * 1e3)
        };
        Some(Self { rate, p50: percentile(50)?, p99: percentile(99)?, own_cpu, requests })
    }

    /// As samples; each request did `each` of what is counted.
    pub(crate) fn samples(&self, each: usize) -> [(&'static str, &'static str, f64); 4] {
        [
            ("rate", "1/s", self.rate * each as f64),
            ("p50", "ms", self.p50),
            ("p99", "ms", self.p99),
            ("generator CPU", "cores", self.own_cpu),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One request after the other, of so many ms each.
    fn track(latencies: impl IntoIterator<Item = u64>) -> Track {
        let mut track = Track::default();
        let mut now = Instant::now();
        for latency in latencies.into_iter().map(Duration::from_millis) {
            track.note(now, now + latency);
            now += latency;
        }
        track
    }

    #[test]
    fn percentiles_are_of_all_and_rates_add_up() {
        let fast = track(std::iter::repeat_n(10, 100));
        let slow = track(std::iter::repeat_n(1000, 2));
        let figures = Figures::of(vec![fast, slow], 0.5).unwrap();
        assert!((figures.rate - 101.0).abs() < 1e-9, "{figures:?}");
        assert_eq!((figures.p50, figures.p99), (10.0, 1000.0));
        assert!((figures.samples(3)[0].2 - 303.0).abs() < 1e-9);
        let many = Figures::of(vec![track((1..=200).rev())], 0.0).unwrap();
        assert_eq!((many.p50, many.p99), (101.0, 199.0));
    }

    #[test]
    fn one_latency_is_all_percentiles_and_none_is_no_figure() {
        let one = Figures::of(vec![track([7]), Track::default()], 0.0).unwrap();
        assert_eq!((one.p50, one.p99), (7.0, 7.0));
        assert_eq!(Figures::of(vec![Track::default()], 0.0), None);
    }
}
