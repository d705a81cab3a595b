//! Who listens to what on the shared pub/sub connection.

use std::collections::HashMap;

use tokio::sync::{mpsc, oneshot};

use crate::backend::{Push, Topic};
use crate::queue::Queue;

/// The subscribers of one connection.
#[derive(Debug, Default)]
pub(super) struct Subscribers {
    next: u64,
    all: HashMap<u64, Subscriber>,
    /// A topic stays here, without listeners, until it has been given back to Redis.
    topics: HashMap<Topic, Vec<u64>>,
    closed: bool,
}

#[derive(Debug)]
struct Subscriber {
    queue: Queue,
    /// Dropped with the subscriber, which is how its watcher learns that it is gone.
    _alive: oneshot::Sender<()>,
}

/// What a new subscriber gets: its number, the queue, and the two ends by which its going is noticed.
pub(super) struct Joined {
    pub(super) id: u64,
    pub(super) receiver: mpsc::Receiver<Push>,
    pub(super) sender: mpsc::Sender<Push>,
    pub(super) cut: oneshot::Receiver<()>,
    /// Topics that nobody listened to before: Redis must be told.
    pub(super) new: Vec<Topic>,
}

impl Subscribers {
    /// Adds a subscriber.
    pub(super) fn join(&mut self, topics: &[Topic]) -> Joined {
        let (queue, receiver) = Queue::new();
        let (alive, cut) = oneshot::channel();
        let id = self.next;
        self.next += 1;
        let mut new = Vec::new();
        for topic in topics {
            if !self.topics.contains_key(topic) {
                new.push(topic.clone());
            }
            let listeners = self.topics.entry(topic.clone()).or_default();
            if !listeners.contains(&id) {
                listeners.push(id);
            }
        }
        let sender = queue.sender();
        self.all.insert(id, Subscriber { queue, _alive: alive });
        Joined { id, receiver, sender, cut, new }
    }

    /// Removes a subscriber; its queue ends after what is in it.
    pub(super) fn leave(&mut self, id: u64) {
        self.all.remove(&id);
        for listeners in self.topics.values_mut() {
            listeners.retain(|other| *other != id);
        }
    }

    /// Takes out the topics that nobody listens to any more.
    pub(super) fn take_idle(&mut self) -> Vec<Topic> {
        self.topics.extract_if(|_, listeners| listeners.is_empty()).map(|(topic, _)| topic).collect()
    }

    /// True when nobody is here.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Hands a message to all who listen to the topic. Who is too far behind is cut off: a stream may end, but it never
    /// skips a message.
    pub(super) fn deliver(&mut self, topic: &Topic, push: &Push) {
        let listeners = self.topics.get(topic).cloned().unwrap_or_default();
        for id in listeners {
            let offered = self.all.get_mut(&id).is_some_and(|subscriber| subscriber.queue.offer(push.clone()));
            if !offered {
                tracing::warn!("a subscriber was too slow or went away; its stream ends");
                self.leave(id);
            }
        }
    }

    /// Ends all streams, since the connection is gone.
    pub(super) fn close(&mut self) {
        self.closed = true;
        self.all.clear();
        self.topics.clear();
    }

    /// True when the connection is gone.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn channel(name: &'static str) -> Topic {
        Topic::Channel(Bytes::from_static(name.as_bytes()))
    }

    fn message() -> Push {
        Push { pattern: None, channel: Bytes::from_static(b"a"), payload: Bytes::from_static(b"x") }
    }

    #[test]
    fn a_topic_is_new_until_redis_knows_it_and_idle_once_its_last_listener_left() {
        let mut subscribers = Subscribers::default();
        let one = subscribers.join(&[channel("a"), channel("a")]);
        assert_eq!(one.new, [channel("a")], "named twice, it is one subscription");
        let two = subscribers.join(&[channel("a"), channel("b")]);
        assert_eq!(two.new, [channel("b")]);

        subscribers.leave(two.id);
        assert_eq!(subscribers.take_idle(), [channel("b")]);
        subscribers.leave(one.id);
        assert!(subscribers.join(&[channel("a")]).new.is_empty(), "not given back yet, so it still stands");
    }

    #[test]
    fn one_that_falls_behind_is_removed_and_the_others_stay() {
        let mut subscribers = Subscribers::default();
        let mut slow = subscribers.join(&[channel("a")]);
        let mut quick = subscribers.join(&[channel("a")]);
        drop(slow.sender);
        let mut delivered = 0;
        while slow.cut.try_recv() == Err(oneshot::error::TryRecvError::Empty) {
            subscribers.deliver(&channel("a"), &message());
            delivered += 1;
            assert!(quick.receiver.try_recv().is_ok());
        }
        assert_eq!(std::iter::from_fn(|| slow.receiver.try_recv().ok()).count(), delivered - 1);
        subscribers.deliver(&channel("a"), &message());
        assert!(quick.receiver.try_recv().is_ok());
    }
}
