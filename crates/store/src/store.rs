//! The store's client: every operation goes through one of these ways, with one deadline.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_channel::oneshot;
use http::{Request, Response};
use upstash::{Call, Client, Command, Encoded, InvalidConfig, Kind, Refusal, Reply};

use crate::batch::{Batch, Outcome, Place, Waiting};
use crate::billing;
use crate::error::Effect;
use crate::layout::Layout;
use crate::{Error, Transport, TransportError};

/// Where the store is and how it is used.
#[derive(Clone)]
pub struct StoreConfig {
    /// `http://…` or `https://…`, no path.
    pub url: String,
    /// Bearer token.
    pub token: String,
    /// Entries kept per room, at least 1.
    pub history: u64,
    /// Time that one operation may take; 5 s by default. An image on its way may take five times as long.
    pub deadline: Duration,
}

/// RoomTalk's operations on the store.
///
/// Keep one for as long as possible: it holds the sync token, by which a read sees the writes that came before it.
pub struct Store<T> {
    pub(crate) transport: T,
    /// An address or token that can't work makes every operation fail with what is wrong with it.
    client: Result<Client, InvalidConfig>,
    batch: Batch,
    pub(crate) layout: Layout,
    pub(crate) history: u64,
    pub(crate) deadline: Duration,
}

impl<T: Transport> Store<T> {
    /// A store behind `transport`. Nothing is sent yet.
    pub fn new(transport: T, config: StoreConfig) -> Self {
        let StoreConfig { url, token, history, deadline } = config;
        Self {
            transport,
            client: Client::new(&url, &token),
            batch: Batch::default(),
            layout: Layout::default(),
            history: history.max(1),
            deadline,
        }
    }

    pub(crate) fn client(&self) -> Result<&Client, Error> {
        self.client.as_ref().map_err(|invalid| Error::Unavailable(invalid.to_string()))
    }

    /// One command that only reads.
    pub(crate) async fn read(&self, command: &Command<'_>) -> Result<Reply, Error> {
        self.read_within(command, self.deadline).await
    }

    /// The same with a deadline of its own.
    pub(crate) async fn read_within(&self, command: &Command<'_>, deadline: Duration) -> Result<Reply, Error> {
        let client = self.client()?;
        let response = self.send(client.bulky(command), Effect::Read, deadline).await?;
        let reply = client.bulky_reply(&response);
        if matches!(reply, Ok(_) | Err(upstash::Error::Refused(_))) {
            billing::count(1);
        }
        reply.map_err(|error| Effect::Read.answer(&error))
    }

    /// One command that changes something.
    pub(crate) async fn write(&self, command: &Command<'_>) -> Result<Reply, Error> {
        let outcome = self.alone(Encoded::new(command), self.deadline).await?;
        billing::count(1);
        Ok(outcome?)
    }

    /// Several commands in one request; an error in any of them is the whole's.
    pub(crate) async fn pipeline(
        &self,
        commands: &[Command<'_>],
        effect: Effect,
        deadline: Duration,
    ) -> Result<Vec<Reply>, Error> {
        let client = self.client()?;
        let response = self.send(client.pipeline(commands), effect, deadline).await?;
        let replies = client.replies(&response, commands.len()).map_err(|error| effect.answer(&error))?;
        billing::count(commands.len());
        replies.into_iter().map(|reply| reply.map_err(Error::from)).collect()
    }

    /// Several commands in one request, each with its own result.
    pub(crate) async fn try_pipeline(&self, commands: &[Command<'_>]) -> Result<Vec<Result<Reply, Refusal>>, Error> {
        let client = self.client()?;
        let response = self.send(client.pipeline(commands), Effect::Read, self.deadline).await?;
        let replies = client.replies(&response, commands.len()).map_err(|error| Effect::Read.answer(&error))?;
        billing::count(commands.len());
        Ok(replies)
    }

    /// Several commands that only read, at one moment and at the leader, which no replica's delay can make wrong.
    pub(crate) async fn read_at_leader(
        &self,
        commands: &[Command<'_>],
        deadline: Duration,
    ) -> Result<Vec<Reply>, Error> {
        let client = self.client()?;
        let response = self.send(client.transaction(commands), Effect::Read, deadline).await?;
        let replies = client.replies(&response, commands.len()).map_err(|error| Effect::Read.answer(&error))?;
        billing::count(commands.len());
        replies.into_iter().map(|reply| reply.map_err(Error::from)).collect()
    }

    /// A script, by its hash first and by its source only when the store does not know it. Scripts that are called at the
    /// same moment share a request, where that can be.
    pub(crate) async fn eval(&self, call: Call<'_>) -> Result<Reply, Error> {
        if !T::SHARED {
            return self.eval_alone(call, self.deadline).await;
        }
        let started = Instant::now();
        let outcome = match self.batch.enter(Encoded::new(&call.by_sha())) {
            Place::Alone(command) => self.alone(command, self.deadline).await,
            Place::First(first, told) => {
                self.send_batch(first.gather().await).await;
                outcome(told).await
            }
            Place::Further(told) => outcome(told).await,
        };
        self.known(outcome, &call, started, self.deadline).await
    }

    /// The same in a request of its own, with a deadline of its own.
    pub(crate) async fn eval_alone(&self, call: Call<'_>, deadline: Duration) -> Result<Reply, Error> {
        let started = Instant::now();
        let outcome = self.alone(Encoded::new(&call.by_sha()), deadline).await;
        self.known(outcome, &call, started, deadline).await
    }

    /// The reply to a script, sent by its source when the store did not know its hash.
    async fn known(
        &self,
        outcome: Outcome,
        call: &Call<'_>,
        started: Instant,
        deadline: Duration,
    ) -> Result<Reply, Error> {
        let outcome = outcome?;
        billing::count(1);
        match outcome {
            Err(refusal) if refusal.kind == Kind::NoScript => {
                let rest = deadline.saturating_sub(started.elapsed());
                let outcome = self.alone(Encoded::new(&call.by_source()), rest).await?;
                billing::count(1);
                Ok(outcome?)
            }
            reply => Ok(reply?),
        }
    }

    /// One command in a request of its own.
    async fn alone(&self, command: Encoded, deadline: Duration) -> Outcome {
        let client = self.client()?;
        let response = self.send(client.single_encoded(command), Effect::Write, deadline).await?;
        match client.reply(&response) {
            Ok(reply) => Ok(Ok(reply)),
            Err(upstash::Error::Refused(refusal)) => Ok(Err(refusal)),
            Err(error) => Err(Effect::Write.answer(&error)),
        }
    }

    /// Sends what came together, and tells each its outcome. Who has left needs none.
    async fn send_batch(&self, mut batch: Vec<Waiting>) {
        if batch.len() == 1
            && let Some(Waiting { command, outcome }) = batch.pop()
        {
            let _ = outcome.send(self.alone(command, self.deadline).await);
            return;
        }
        match self.try_batch(&batch).await {
            Ok(replies) => {
                for (waiting, reply) in batch.into_iter().zip(replies) {
                    let _ = waiting.outcome.send(Ok(reply));
                }
            }
            Err(error) => {
                for waiting in batch {
                    let _ = waiting.outcome.send(Err(error.clone()));
                }
            }
        }
    }

    async fn try_batch(&self, batch: &[Waiting]) -> Result<Vec<Result<Reply, Refusal>>, Error> {
        let client = self.client()?;
        let request = client.pipeline_encoded(batch.iter().map(|waiting| &waiting.command));
        let response = self.send(request, Effect::Write, self.deadline).await?;
        client.replies(&response, batch.len()).map_err(|error| Effect::Write.answer(&error))
    }

    async fn send(
        &self,
        request: Request<Bytes>,
        effect: Effect,
        deadline: Duration,
    ) -> Result<Response<Bytes>, Error> {
        self.transport.send(request, deadline).await.map_err(|error| effect.transport(error))
    }
}

/// What became of a command that another took along. When that one is given up underway, nobody knows.
async fn outcome(told: oneshot::Receiver<Outcome>) -> Outcome {
    told.await.unwrap_or_else(|_| Err(Effect::Write.transport(TransportError::NoAnswer)))
}
