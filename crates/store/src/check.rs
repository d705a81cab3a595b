//! Whether a store can do what RoomTalk needs, told plainly to whoever runs it.

use upstash::{Arg, Command, Reply, Unexpected};
use uuid::Uuid;

use crate::billing;
use crate::error::Effect;
use crate::{Error, Store, Transport, scripts};

/// Commands that the script calls.
const CALLS: usize = 11;

/// What a look at the store found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What the store does not do as RoomTalk needs it, one sentence each; RoomTalk does not work on a store that lacks
    /// anything.
    pub lacks: Vec<String>,
    /// How soon an acknowledged write is safe.
    pub durability: Durability,
    /// Redis's `maxmemory-policy`. Anything but `noeviction` may throw rooms away. `None` when the store does not tell.
    pub eviction: Option<String>,
}

/// How soon an acknowledged write survives a crash of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Before it is acknowledged.
    Always,
    /// Within a second.
    EverySecond,
    /// Later than that or never: snapshots only, or a log that is synced when the system likes.
    Less,
    /// The store does not tell. Upstash does not, and persists each write.
    Unknown,
}

impl<T: Transport> Store<T> {
    /// Tries scripts, `0-*` ids and PUBLISH on scratch keys, which it removes, and asks for persistence and eviction.
    pub async fn check(&self) -> Result<Check, Error> {
        let lacks = self.lacks().await?;
        let (durability, eviction) = self.facts().await?;
        Ok(Check { lacks, durability, eviction })
    }

    async fn lacks(&self) -> Result<Vec<String>, Error> {
        let room = format!("room:{{selfcheck-{}}}", Uuid::new_v4());
        let key_names: Vec<Arg<'_>> =
            ["log", "sent", "image"].iter().map(|key| format!("{room}:{key}").into()).collect();
        let call = scripts::CHECK.call(key_names, vec!["events.selfcheck".into()]);
        // A store without scripts refuses the command: that is a finding, not a failure.
        let reply = match self.try_eval(&call).await? {
            Ok(reply) => {
                billing::count(CALLS);
                reply
            }
            Err(refusal) => return Ok(vec![format!("EVAL: {refusal}")]),
        };
        let sentences = reply.array().and_then(|items| items.into_iter().map(Reply::text).collect());
        sentences.map_err(|error: Unexpected| Effect::Read.shape(&error))
    }

    async fn try_eval(&self, call: &upstash::Call<'_>) -> Result<Result<Reply, upstash::Refusal>, Error> {
        let mut replies = self.try_pipeline(&[call.by_source()]).await?;
        replies.pop().ok_or_else(|| Effect::Read.shape(&Unexpected("one reply")))
    }

    async fn facts(&self) -> Result<(Durability, Option<String>), Error> {
        let commands = [
            Command::new("CONFIG").arg("GET").arg("appendonly"),
            Command::new("CONFIG").arg("GET").arg("appendfsync"),
            Command::new("CONFIG").arg("GET").arg("maxmemory-policy"),
        ];
        let mut values = self.try_pipeline(&commands).await?.into_iter().map(|reply| reply.ok().and_then(setting));
        let mut next = || values.next().flatten();
        let (log, sync, eviction) = (next(), next(), next());
        let durability = match (log.as_deref(), sync.as_deref()) {
            (Some("yes"), Some("always")) => Durability::Always,
            (Some("yes"), Some("everysec")) => Durability::EverySecond,
            (Some("yes"), None) | (None, _) => Durability::Unknown,
            (Some(_), _) => Durability::Less,
        };
        Ok((durability, eviction))
    }
}

/// The value in the reply of CONFIG GET; nothing when the store has no such setting.
fn setting(reply: Reply) -> Option<String> {
    reply.array().ok()?.into_iter().nth(1)?.text().ok()
}
