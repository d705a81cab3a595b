//! The stream of what happens in all rooms.

use tokio::time::timeout;
use upstash::{Client, Events, Push};

use crate::billing;
use crate::error::Effect;
use crate::transport::classify;
use crate::{Error, Event, ReqwestTransport, Store, keys};

/// A standing subscription to the channel of all events.
///
/// It keeps nothing: what is published while nobody listens is gone, so a reader that opens it reads the logs afterwards.
/// A dead stream may give no error; whoever beats on the channel knows it by the missing beats.
#[derive(Debug)]
pub struct Subscription {
    response: reqwest::Response,
    events: Events,
}

/// Why there is no next event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StreamError {
    /// What was published is no event. The stream goes on; the text, for logs, holds nothing of the line.
    #[error("unreadable event: {0}")]
    Unreadable(String),
    /// The stream ended: subscribe again.
    #[error("the event stream ended: {0}")]
    Ended(String),
}

impl Store<ReqwestTransport> {
    /// Subscribes. When this returns, whatever is published from then on will come.
    pub async fn subscribe(&self) -> Result<Subscription, Error> {
        let opening = timeout(self.deadline, self.open());
        opening.await.map_err(|_| Error::Unavailable("the store did not confirm the subscription".to_owned()))?
    }

    async fn open(&self) -> Result<Subscription, Error> {
        let unavailable = |error: &dyn std::fmt::Display| Error::Unavailable(error.to_string());
        let request = self.client()?.subscribe(keys::CHANNEL).map_err(|error| unavailable(&error))?;
        let request = reqwest::Request::try_from(request).map_err(|error| unavailable(&error))?;
        let sent = self.transport.client.execute(request).await;
        let response = sent.map_err(|error| Effect::Read.transport(classify(&error)))?;
        if !response.status().is_success() {
            let status = response.status();
            let body = response.bytes().await.unwrap_or_default();
            return Err(Effect::Read.answer(&Client::failure(status, &body)));
        }
        let mut subscription = Subscription { response, events: Events::new() };
        loop {
            match subscription.next_push().await.map_err(|error| unavailable(&error))? {
                Push::Subscribed { topic } if topic == keys::CHANNEL => {
                    billing::count(1);
                    return Ok(subscription);
                }
                _ => {}
            }
        }
    }
}

impl Subscription {
    /// The next event. Cancel safe: dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<Event, StreamError> {
        loop {
            if let Push::Message { payload, .. } = self.next_push().await? {
                return Event::parse(&payload).map_err(|error| {
                    // Not the error's own text, which may quote the line.
                    StreamError::Unreadable(format!("{:?} at column {}", error.classify(), error.column()))
                });
            }
        }
    }

    async fn next_push(&mut self) -> Result<Push, StreamError> {
        let ended = |error: &dyn std::fmt::Display| StreamError::Ended(error.to_string());
        loop {
            if let Some(push) = self.events.next_push().map_err(|error| ended(&error))? {
                return Ok(push);
            }
            match self.response.chunk().await {
                Ok(Some(bytes)) => self.events.feed(&bytes),
                Ok(None) => return Err(ended(&"the store closed it")),
                Err(error) => return Err(ended(&error)),
            }
        }
    }
}
