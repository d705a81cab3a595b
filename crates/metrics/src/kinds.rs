//! What can be measured, each in atomics alone, so that counting costs next to nothing and waits for nobody.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// A number that only grows.
#[derive(Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Counts `n` more.
    pub fn add(&self, n: usize) {
        self.0.fetch_add(n as u64, Relaxed);
    }

    /// Takes over what was counted elsewhere.
    pub fn set(&self, n: u64) {
        self.0.store(n, Relaxed);
    }

    /// What was counted.
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// A number that goes up and down.
#[derive(Default)]
pub struct Gauge(AtomicI64);

impl Gauge {
    /// One more.
    pub fn up(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    /// One less.
    pub fn down(&self) {
        self.0.fetch_sub(1, Relaxed);
    }

    /// So many.
    pub fn set(&self, n: u64) {
        self.0.store(i64::try_from(n).unwrap_or(i64::MAX), Relaxed);
    }

    /// How many there are.
    pub fn get(&self) -> i64 {
        self.0.load(Relaxed)
    }
}

/// Upper bounds of the buckets in µs: from what a fan-out on one machine takes to the deadline of a store operation.
const BOUNDS: [u64; 15] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    5_000_000,
];

/// How long things took.
#[derive(Default)]
pub struct Histogram {
    /// How many were within each bound and beyond the one before it; the last has no bound.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    /// The sum in ns, which has room for 584 years.
    nanos: AtomicU64,
}

impl Histogram {
    /// Counts one that took so long.
    pub fn observe(&self, took: Duration) {
        let micros = took.as_nanos().div_ceil(1000);
        let bucket = BOUNDS.partition_point(|bound| u128::from(*bound) < micros);
        if let Some(bucket) = self.buckets.get(bucket) {
            bucket.fetch_add(1, Relaxed);
        }
        self.nanos.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Relaxed);
    }

    /// The bounds in seconds, each with how many were within it, and how many there were in all.
    pub(super) fn within(&self) -> (Vec<(f64, u64)>, u64) {
        let mut counts = self.buckets.iter().map(|bucket| bucket.load(Relaxed));
        let mut sum = 0;
        let bounds = BOUNDS.iter().zip(&mut counts).map(|(bound, count)| {
            sum += count;
            (Duration::from_micros(*bound).as_secs_f64(), sum)
        });
        let bounds = bounds.collect();
        (bounds, sum + counts.sum::<u64>())
    }

    /// Seconds that all of them took together.
    pub(super) fn sum(&self) -> f64 {
        Duration::from_nanos(self.nanos.load(Relaxed)).as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_counts_in_its_bucket_and_all_above() {
        let histogram = Histogram::default();
        for nanos in [0, 100_000, 100_001, 5_000_000_000, 5_000_000_001] {
            histogram.observe(Duration::from_nanos(nanos));
        }
        let (bounds, count) = histogram.within();
        assert_eq!(bounds.len(), BOUNDS.len());
        assert_eq!((bounds[0], bounds[1], bounds[14], count), ((0.0001, 2), (0.000_25, 3), (5.0, 4), 5));
        assert!((histogram.sum() - 10.000_200_002).abs() < 1e-9);
    }
}
