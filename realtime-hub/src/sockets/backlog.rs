//! What waits in memory for all sockets together, in bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What a packet's place in a queue takes besides the packet's own bytes.
const PLACE: u64 = 128;

/// The sum. A packet that waits for many sockets is in memory once, and counts once.
#[derive(Clone, Default)]
pub(super) struct Backlog(Arc<AtomicU64>);

/// A packet on its way; it counts until the last queue has let it go.
#[derive(Clone)]
pub(crate) struct Packet(Arc<Waiting>);

struct Waiting {
    bytes: u64,
    backlog: Backlog,
}

/// A packet's place in one queue.
pub(super) struct Place(Packet);

impl Backlog {
    pub(super) fn bytes(&self) -> u64 {
        self.0.load(Relaxed)
    }

    /// Counts a packet of this length in.
    pub(super) fn packet(&self, bytes: usize) -> Packet {
        let bytes = bytes as u64;
        self.0.fetch_add(bytes, Relaxed);
        Packet(Arc::new(Waiting { bytes, backlog: self.clone() }))
    }
}

impl Packet {
    pub(super) fn bytes(&self) -> u64 {
        self.0.bytes
    }

    pub(super) fn place(&self) -> Place {
        self.0.backlog.0.fetch_add(PLACE, Relaxed);
        Place(self.clone())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.backlog.0.fetch_sub(self.bytes, Relaxed);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.0.backlog.0.fetch_sub(PLACE, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_counts_once_however_many_wait_for_it_and_until_the_last_has_it() {
        let backlog = Backlog::default();
        let packet = backlog.packet(1000);
        let mut places: Vec<Place> = (0..10).map(|_| packet.place()).collect();
        drop(packet);
        assert_eq!(backlog.bytes(), 1000 + 10 * PLACE);
        places.truncate(1);
        assert_eq!(backlog.bytes(), 1000 + PLACE);
        places.clear();
        assert_eq!(backlog.bytes(), 0);
    }
}
