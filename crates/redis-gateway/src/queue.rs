//! What waits for one subscriber.

use std::collections::VecDeque;

use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::backend::Push;

/// Messages that may wait for one subscriber.
const MESSAGES: usize = 1024;
/// Bytes that may wait for one subscriber.
const BYTES: usize = 8 * 1024 * 1024;

/// The sending end of a subscriber's queue, bounded in messages and in bytes.
#[derive(Debug)]
pub(crate) struct Queue {
    sender: Sender<Push>,
    /// Sizes of the messages that may still wait, oldest first; those already taken are dropped before each look.
    sizes: VecDeque<usize>,
    bytes: usize,
}

impl Queue {
    /// A queue and its other end.
    pub(crate) fn new() -> (Self, Receiver<Push>) {
        let (sender, receiver) = mpsc::channel(MESSAGES);
        (Self { sender, sizes: VecDeque::new(), bytes: 0 }, receiver)
    }

    /// A way to see the other end go.
    pub(crate) fn sender(&self) -> Sender<Push> {
        self.sender.clone()
    }

    /// Queues a message; false when there is no room, or nobody to take it: then the subscriber must be dropped, for a
    /// stream may end, but never skip a message. A message larger than the bound has room when nothing else waits.
    pub(crate) fn offer(&mut self, push: Push) -> bool {
        let waiting = self.sender.max_capacity() - self.sender.capacity();
        while self.sizes.len() > waiting {
            self.bytes -= self.sizes.pop_front().unwrap_or_default();
        }
        let size = push.channel.len() + push.payload.len();
        if waiting > 0 && self.bytes + size > BYTES {
            return false;
        }
        self.sizes.push_back(size);
        self.bytes += size;
        self.sender.try_send(push).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn message(size: usize) -> Push {
        Push { pattern: None, channel: Bytes::new(), payload: vec![0; size].into() }
    }

    #[test]
    fn one_that_reads_gets_more_bytes_than_its_queue_holds() {
        let (mut queue, mut receiver) = Queue::new();
        for _ in 0..5 {
            assert!(queue.offer(message(BYTES / 2)));
            assert!(receiver.try_recv().is_ok());
        }
        assert!(queue.offer(message(BYTES + 1)));
    }

    #[test]
    fn one_that_does_not_read_is_bounded_by_bytes_and_by_count() {
        for (size, fits) in [(BYTES / 4, 4), (1, MESSAGES)] {
            let (mut queue, mut receiver) = Queue::new();
            for _ in 0..fits {
                assert!(queue.offer(message(size)));
            }
            assert!(!queue.offer(message(size)));
            drop(queue);
            let taken = std::iter::from_fn(|| receiver.try_recv().ok()).count();
            assert_eq!(taken, fits, "what was queued is still given out before the end");
        }
    }

    #[test]
    fn one_that_left_takes_nothing() {
        let (mut queue, receiver) = Queue::new();
        drop(receiver);
        assert!(!queue.offer(message(1)));
    }
}
