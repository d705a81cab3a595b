//! Who listens to what.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use tokio::sync::mpsc::Receiver;

use super::glob;
use crate::{Push, Topic, queue::Queue};

/// The subscribers.
#[derive(Debug, Default)]
pub(crate) struct PubSub(Mutex<Registry>);

#[derive(Debug, Default)]
struct Registry {
    next_id: u64,
    /// The engine has ended.
    closed: bool,
    subscribers: HashMap<u64, Queue>,
    channels: HashMap<Bytes, Vec<u64>>,
    patterns: Vec<(Bytes, u64)>,
}

impl PubSub {
    /// Starts to listen; `None` when the engine has ended.
    pub(crate) fn subscribe(&self, topics: Vec<Topic>) -> Option<Receiver<Push>> {
        let (queue, receiver) = Queue::new();
        let mut registry = self.registry();
        if registry.closed {
            return None;
        }
        registry.sweep();
        let id = registry.next_id;
        registry.next_id += 1;
        registry.subscribers.insert(id, queue);
        for topic in topics {
            match topic {
                Topic::Channel(channel) => {
                    let listeners = registry.channels.entry(channel).or_default();
                    if !listeners.contains(&id) {
                        listeners.push(id);
                    }
                }
                Topic::Pattern(pattern) => {
                    if !registry.patterns.contains(&(pattern.clone(), id)) {
                        registry.patterns.push((pattern, id));
                    }
                }
            }
        }
        Some(receiver)
    }

    /// Ends every subscription and takes no more.
    pub(crate) fn close(&self) {
        *self.registry() = Registry { closed: true, ..Registry::default() };
    }

    /// How many deliveries a message on this channel would make.
    pub(crate) fn audience(&self, channel: &[u8]) -> usize {
        let mut registry = self.registry();
        registry.sweep();
        registry.channels.get(channel).map_or(0, Vec::len)
            + registry.patterns.iter().filter(|(pattern, _)| glob::matches(pattern, channel)).count()
    }

    /// Delivers a message. A subscriber whose queue is full is dropped: its receiver ends.
    pub(crate) fn deliver(&self, channel: &Bytes, payload: &Bytes) {
        let mut registry = self.registry();
        let direct = registry.channels.get(channel).into_iter().flatten().map(|id| (*id, None));
        let by_pattern = registry.patterns.iter().filter(|(pattern, _)| glob::matches(pattern, channel));
        let targets: Vec<(u64, Option<Bytes>)> =
            direct.chain(by_pattern.map(|(pattern, id)| (*id, Some(pattern.clone())))).collect();
        for (id, pattern) in targets {
            let push = Push { pattern, channel: channel.clone(), payload: payload.clone() };
            let Some(queue) = registry.subscribers.get_mut(&id) else { continue };
            if !queue.offer(push) {
                if !queue.sender().is_closed() {
                    tracing::warn!("dropped a subscriber that fell behind");
                }
                registry.remove(&[id]);
            }
        }
    }

    /// Channels with direct subscribers.
    pub(crate) fn channels(&self) -> Vec<Bytes> {
        let mut registry = self.registry();
        registry.sweep();
        registry.channels.keys().cloned().collect()
    }

    /// Direct subscribers of a channel.
    pub(crate) fn subscribers(&self, channel: &[u8]) -> usize {
        let mut registry = self.registry();
        registry.sweep();
        registry.channels.get(channel).map_or(0, Vec::len)
    }

    /// How many different patterns are listened to.
    pub(crate) fn patterns(&self) -> usize {
        let mut registry = self.registry();
        registry.sweep();
        registry.patterns.iter().map(|(pattern, _)| pattern).collect::<std::collections::HashSet<_>>().len()
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        // Nothing here panics halfway through a change, so a poisoned lock guards whole data.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Registry {
    /// Forgets those whose receiver is gone.
    fn sweep(&mut self) {
        let closed = self.subscribers.iter().filter(|(_, queue)| queue.sender().is_closed());
        let gone: Vec<u64> = closed.map(|(id, _)| *id).collect();
        if !gone.is_empty() {
            self.remove(&gone);
        }
    }

    fn remove(&mut self, ids: &[u64]) {
        self.subscribers.retain(|id, _| !ids.contains(id));
        self.patterns.retain(|(_, id)| !ids.contains(id));
        self.channels.retain(|_, listeners| {
            listeners.retain(|id| !ids.contains(id));
            !listeners.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::error::TryRecvError;

    use super::*;

    fn channel(name: &'static str) -> Topic {
        Topic::Channel(Bytes::from_static(name.as_bytes()))
    }

    #[test]
    fn channels_and_patterns_each_get_the_message_once() {
        let pubsub = PubSub::default();
        let mut both =
            pubsub.subscribe(vec![channel("room:1"), channel("room:1"), Topic::Pattern("room:*".into())]).unwrap();
        let mut other = pubsub.subscribe(vec![channel("room:2")]).unwrap();
        assert_eq!(pubsub.audience(b"room:1"), 2);
        pubsub.deliver(&"room:1".into(), &"hello".into());
        assert_eq!(both.try_recv().unwrap().pattern, None);
        assert_eq!(both.try_recv().unwrap().pattern, Some("room:*".into()));
        assert!(both.try_recv().is_err());
        assert!(other.try_recv().is_err());
        drop(both);
        assert_eq!(pubsub.audience(b"room:1"), 0);
    }

    #[test]
    fn a_subscriber_that_falls_behind_is_dropped_and_the_others_are_not() {
        let pubsub = PubSub::default();
        let mut slow = pubsub.subscribe(vec![channel("c")]).unwrap();
        let mut quick = pubsub.subscribe(vec![channel("c")]).unwrap();
        let mut published = 0;
        while pubsub.audience(b"c") == 2 {
            pubsub.deliver(&"c".into(), &"x".into());
            assert!(quick.try_recv().is_ok());
            published += 1;
        }
        assert_eq!(pubsub.audience(b"c"), 1);
        let mut received = 0;
        while slow.try_recv().is_ok() {
            received += 1;
        }
        assert_eq!(received, published - 1, "what was queued is given out, then the end");
        assert_eq!(slow.try_recv(), Err(TryRecvError::Disconnected));
    }
}
