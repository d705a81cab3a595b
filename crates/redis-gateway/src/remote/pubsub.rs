//! One pub/sub connection, shared by all subscribers of the gateway.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use redis::aio::{PubSubSink, PubSubStream};
use redis::{Client, Msg, RedisResult};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::subscribers::{Joined, Subscribers};
use crate::backend::{Push, Topic, UNAVAILABLE};

/// How long connecting, subscribing and a ping may take.
const ANSWER: Duration = Duration::from_millis(4500);
/// How often a connection with subscribers is tried: a dead one gives no error by itself.
const PROBE: Duration = Duration::from_secs(15);

/// The shared connection, there while somebody listens.
#[derive(Debug)]
pub(super) struct PubSub {
    client: Client,
    /// Locked while a subscription is made or given back, so that these never overtake each other.
    session: tokio::sync::Mutex<Option<Session>>,
}

#[derive(Debug)]
struct Session {
    sink: PubSubSink,
    subscribers: Arc<Mutex<Subscribers>>,
    router: AbortHandle,
}

impl PubSub {
    /// Not connected yet.
    pub(super) fn new(client: Client) -> Arc<Self> {
        let pubsub = Arc::new(Self { client, session: tokio::sync::Mutex::default() });
        tokio::spawn(watch(Arc::downgrade(&pubsub)));
        pubsub
    }

    /// Listens to the topics; returns when Redis has confirmed all of them.
    pub(super) async fn subscribe(self: &Arc<Self>, topics: Vec<Topic>) -> Result<mpsc::Receiver<Push>, String> {
        let mut slot = self.session.lock().await;
        if slot.as_ref().is_none_or(Session::is_closed) {
            *slot = Some(Session::open(&self.client).await?);
        }
        let Some(session) = slot.as_mut() else { return Err(UNAVAILABLE.to_owned()) };
        let Joined { id, receiver, sender, cut, new } = session.subscribers().join(&topics);
        if let Err(reason) = session.tell_redis(new, true).await {
            // What Redis knows is uncertain now, so nobody may rely on this connection.
            *slot = None;
            return Err(reason);
        }
        let weak = Arc::downgrade(self);
        tokio::spawn(async move {
            tokio::select! {
                () = sender.closed() => {}
                _ = cut => {}
            }
            drop(sender);
            if let Some(pubsub) = weak.upgrade() {
                pubsub.release(id).await;
            }
        });
        Ok(receiver)
    }

    /// Forgets a subscriber and gives back what nobody else listens to.
    async fn release(&self, id: u64) {
        let mut slot = self.session.lock().await;
        let Some(session) = slot.as_mut() else { return };
        let (idle, empty) = {
            let mut subscribers = session.subscribers();
            subscribers.leave(id);
            (subscribers.take_idle(), subscribers.is_empty())
        };
        if empty {
            *slot = None;
        } else if let Err(reason) = session.tell_redis(idle, false).await {
            tracing::warn!(reason, "the pub/sub connection is dropped");
            *slot = None;
        }
    }
}

impl Session {
    async fn open(client: &Client) -> Result<Self, String> {
        let pubsub = within(client.get_async_pubsub()).await?;
        let (sink, stream) = pubsub.split();
        let subscribers = Arc::new(Mutex::new(Subscribers::default()));
        let router = tokio::spawn(route(stream, Arc::clone(&subscribers))).abort_handle();
        Ok(Self { sink, subscribers, router })
    }

    fn is_closed(&self) -> bool {
        self.subscribers().is_closed()
    }

    fn subscribers(&self) -> MutexGuard<'_, Subscribers> {
        lock(&self.subscribers)
    }

    /// Takes or gives back topics, each kind in one command, and waits for the confirmations.
    async fn tell_redis(&mut self, topics: Vec<Topic>, listen: bool) -> Result<(), String> {
        let (mut channels, mut patterns) = (Vec::new(), Vec::new());
        for topic in topics {
            match topic {
                Topic::Channel(name) => channels.push(name.to_vec()),
                Topic::Pattern(name) => patterns.push(name.to_vec()),
            }
        }
        if !channels.is_empty() {
            let sink = &mut self.sink;
            within(
                async move { if listen { sink.subscribe(channels).await } else { sink.unsubscribe(channels).await } },
            )
            .await?;
        }
        if !patterns.is_empty() {
            let sink = &mut self.sink;
            within(
                async move { if listen { sink.psubscribe(patterns).await } else { sink.punsubscribe(patterns).await } },
            )
            .await?;
        }
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.router.abort();
        self.subscribers().close();
    }
}

/// Hands out what comes, until the connection ends; then all streams end, and their readers come again.
async fn route(mut stream: PubSubStream, subscribers: Arc<Mutex<Subscribers>>) {
    while let Some(message) = stream.next().await {
        let (topic, push) = split(&message);
        lock(&subscribers).deliver(&topic, &push);
    }
    lock(&subscribers).close();
}

fn split(message: &Msg) -> (Topic, Push) {
    let channel: Bytes = message.get_channel::<Vec<u8>>().unwrap_or_default().into();
    let payload = Bytes::copy_from_slice(message.get_payload_bytes());
    if message.from_pattern() {
        let pattern: Bytes = message.get_pattern::<Vec<u8>>().unwrap_or_default().into();
        (Topic::Pattern(pattern.clone()), Push { pattern: Some(pattern), channel, payload })
    } else {
        (Topic::Channel(channel.clone()), Push { pattern: None, channel, payload })
    }
}

/// Pings a connection with subscribers; when no answer comes, ends their streams.
async fn watch(pubsub: Weak<PubSub>) {
    loop {
        tokio::time::sleep(PROBE).await;
        let Some(pubsub) = pubsub.upgrade() else { return };
        let mut slot = pubsub.session.lock().await;
        let Some(session) = slot.as_mut() else { continue };
        if session.is_closed() {
            *slot = None;
        } else if let Err(reason) = within(session.sink.ping::<redis::Value>()).await {
            tracing::warn!(reason, "the pub/sub connection is dead");
            *slot = None;
        }
    }
}

async fn within<T>(work: impl Future<Output = RedisResult<T>>) -> Result<T, String> {
    match timeout(ANSWER, work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(format!("{UNAVAILABLE} the Redis server can't be listened to: {error}")),
        Err(_) => Err(format!("{UNAVAILABLE} the Redis server did not answer within 4.5 s")),
    }
}

fn lock(subscribers: &Mutex<Subscribers>) -> MutexGuard<'_, Subscribers> {
    subscribers.lock().unwrap_or_else(PoisonError::into_inner)
}
