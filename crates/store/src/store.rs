//! The store's client: every operation goes through one of these ways, with one deadline.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use upstash::{Call, Client, Command, InvalidConfig, Kind, Refusal, Reply};

use crate::error::Effect;
use crate::{Error, Transport};

/// Where the store is and how it is used.
#[derive(Clone)]
pub struct StoreConfig {
    /// `http://…` or `https://…`, no path.
    pub url: String,
    /// Bearer token.
    pub token: String,
    /// Entries kept per room, at least 1.
    pub history: u64,
    /// Time that one operation may take; 5 s by default. An upload may take five times as long.
    pub deadline: Duration,
}

/// RoomTalk's operations on the store.
///
/// Keep one for as long as possible: it holds the sync token, by which a read sees the writes that came before it.
pub struct Store<T> {
    pub(crate) transport: T,
    /// An address or token that can't work makes every operation fail with what is wrong with it.
    client: Result<Client, InvalidConfig>,
    pub(crate) history: u64,
    pub(crate) deadline: Duration,
}

impl<T: Transport> Store<T> {
    /// A store behind `transport`. Nothing is sent yet.
    pub fn new(transport: T, config: StoreConfig) -> Self {
        let StoreConfig { url, token, history, deadline } = config;
        Self { transport, client: Client::new(&url, &token), history: history.max(1), deadline }
    }

    pub(crate) fn client(&self) -> Result<&Client, Error> {
        self.client.as_ref().map_err(|invalid| Error::Unavailable(invalid.to_string()))
    }

    /// One command that only reads.
    pub(crate) async fn read(&self, command: &Command<'_>) -> Result<Reply, Error> {
        let client = self.client()?;
        let response = self.send(client.bulky(command), Effect::Read, self.deadline).await?;
        client.bulky_reply(&response).map_err(|error| Effect::Read.answer(&error))
    }

    /// One command that changes something.
    pub(crate) async fn write(&self, command: &Command<'_>) -> Result<Reply, Error> {
        let client = self.client()?;
        let response = self.send(client.single(command), Effect::Write, self.deadline).await?;
        client.reply(&response).map_err(|error| Effect::Write.answer(&error))
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
        replies.into_iter().map(|reply| reply.map_err(Error::from)).collect()
    }

    /// Several commands in one request, each with its own result.
    pub(crate) async fn try_pipeline(&self, commands: &[Command<'_>]) -> Result<Vec<Result<Reply, Refusal>>, Error> {
        let client = self.client()?;
        let response = self.send(client.pipeline(commands), Effect::Read, self.deadline).await?;
        client.replies(&response, commands.len()).map_err(|error| Effect::Read.answer(&error))
    }

    /// Several commands that only read, at one moment and at the leader, which no replica's delay can make wrong.
    pub(crate) async fn read_at_leader(&self, commands: &[Command<'_>]) -> Result<Vec<Reply>, Error> {
        let client = self.client()?;
        let response = self.send(client.transaction(commands), Effect::Read, self.deadline).await?;
        let replies = client.replies(&response, commands.len()).map_err(|error| Effect::Read.answer(&error))?;
        replies.into_iter().map(|reply| reply.map_err(Error::from)).collect()
    }

    /// A script, by its hash first and by its source only when the store does not know it.
    pub(crate) async fn eval(&self, call: Call<'_>, deadline: Duration) -> Result<Reply, Error> {
        let client = self.client()?;
        let started = Instant::now();
        let response = self.send(client.single(&call.by_sha()), Effect::Write, deadline).await?;
        let result = match client.reply(&response) {
            Err(upstash::Error::Refused(refusal)) if refusal.kind == Kind::NoScript => {
                let rest = deadline.saturating_sub(started.elapsed());
                let response = self.send(client.single(&call.by_source()), Effect::Write, rest).await?;
                client.reply(&response)
            }
            result => result,
        };
        result.map_err(|error| Effect::Write.answer(&error))
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
