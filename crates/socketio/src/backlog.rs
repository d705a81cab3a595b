//! What waits in memory for all sessions together, in bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The sum. What waits for many sessions is in memory once, and counts once.
#[derive(Clone, Default)]
pub(crate) struct Backlog(Arc<AtomicU64>);

/// Something in memory; it counts until it is dropped.
pub(crate) struct Waiting {
    bytes: u64,
    backlog: Backlog,
}

impl Backlog {
    pub(crate) fn bytes(&self) -> u64 {
        self.0.load(Relaxed)
    }

    pub(crate) fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Relaxed);
    }

    pub(crate) fn subtract(&self, bytes: u64) {
        self.0.fetch_sub(bytes, Relaxed);
    }

    /// Counts so many bytes in.
    pub(crate) fn hold(&self, bytes: usize) -> Waiting {
        let bytes = bytes as u64;
        self.add(bytes);
        Waiting { bytes, backlog: self.clone() }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.backlog.subtract(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_counts_until_it_is_dropped() {
        let backlog = Backlog::default();
        let (one, other) = (backlog.hold(1000), backlog.hold(24));
        assert_eq!(backlog.bytes(), 1024);
        drop(one);
        assert_eq!(backlog.bytes(), 24);
        drop(other);
        assert_eq!(backlog.bytes(), 0);
    }
}
