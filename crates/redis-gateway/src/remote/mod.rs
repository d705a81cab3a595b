//! A Redis server reached by TCP, over RESP2.

mod link;
mod pubsub;
mod resp;
mod script;
mod subscribers;
mod value;
mod wire;

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;

use self::link::Link;
use self::pubsub::PubSub;
use self::script::Scripts;
use crate::backend::{Backend, Command, Push, Topic, encoded};
use crate::{Error, Reply};

/// A Redis server as a store: one connection for commands, one for pub/sub, both made anew when they break.
#[derive(Debug)]
pub struct Remote {
    link: Arc<Link>,
    pubsub: Arc<PubSub>,
    scripts: Scripts,
}

impl Remote {
    /// Opens `redis://…` or `rediss://…`. A server that is down is no error: it is tried again and again, and each
    /// command says so until it answers.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let client = redis::Client::open(url).map_err(|error| Error::RedisUrl(error.to_string()))?;
        let link = Link::open(client.clone()).await;
        Ok(Self { link, pubsub: PubSub::new(client), scripts: Scripts::default() })
    }
}

impl Backend for Remote {
    async fn pipeline(&self, commands: Vec<Command>) -> Vec<Reply> {
        let (commands, answers) = self.scripts.rewrite(commands);
        match self.link.send(&commands).await {
            Ok(replies) => finish(replies, &commands, answers),
            Err(text) => commands.iter().map(|_| Reply::Error(text.clone())).collect(),
        }
    }

    async fn fetch(&self, command: Command) -> Result<Bytes, Reply> {
        let (commands, answers) = self.scripts.rewrite(vec![command]);
        if !answers.is_empty() {
            let replies = self.link.send(&commands).await.map_err(Reply::Error)?;
            return encoded(finish(replies, &commands, answers).pop().unwrap_or(Reply::Nil));
        }
        match self.link.fetch(&commands).await {
            Ok(Err(Reply::Error(text))) => Err(Reply::Error(value::wording(&text, &commands[0]))),
            Ok(reply) => reply,
            Err(text) => Err(Reply::Error(text)),
        }
    }

    async fn transaction(&self, commands: Vec<Command>) -> Result<Vec<Reply>, String> {
        let (commands, answers) = self.scripts.rewrite(commands);
        // Sent as plain commands, not by the client's transaction, to see which command Redis refused to queue.
        let mut all = Vec::with_capacity(commands.len() + 2);
        all.push(vec![Bytes::from_static(b"MULTI")]);
        all.extend(commands.iter().cloned());
        all.push(vec![Bytes::from_static(b"EXEC")]);
        let mut replies = self.link.send(&all).await?;
        let exec = replies.pop();
        let ended = match &exec {
            Some(Reply::Error(text)) => text.starts_with("EXECABORT"),
            other => matches!(other, Some(Reply::Array(_))),
        };
        if !ended {
            // A user who may not EXEC is still inside the transaction, and so would be all others on this connection.
            self.link.renew();
        }
        match exec {
            Some(Reply::Array(results)) => Ok(finish(results, &commands, answers)),
            Some(Reply::Error(text)) => Err(discarded(replies, &all, text)),
            other => Err(format!("ERR the Redis server answered EXEC with {other:?}")),
        }
    }

    async fn subscribe(&self, topics: Vec<Topic>) -> Result<mpsc::Receiver<Push>, String> {
        self.pubsub.subscribe(topics).await
    }
}

/// Replies as the REST API gives them: each error in Upstash's words, each rewritten script under its own digest.
fn finish(mut replies: Vec<Reply>, commands: &[Command], answers: Vec<(usize, Bytes)>) -> Vec<Reply> {
    for (reply, command) in replies.iter_mut().zip(commands) {
        if let Reply::Error(text) = reply {
            *text = value::wording(text, command);
        }
    }
    for (index, digest) in answers {
        if let Some(reply @ Reply::Bulk(_)) = replies.get_mut(index) {
            *reply = Reply::Bulk(digest);
        }
    }
    replies
}

/// Why a transaction was discarded: the first command that could not be queued says more than EXEC does.
fn discarded(replies: Vec<Reply>, commands: &[Command], exec: String) -> String {
    let refusal = replies.into_iter().zip(commands).find_map(|(reply, command)| match reply {
        Reply::Error(text) => Some(value::wording(&text, command)),
        _ => None,
    });
    refusal.map_or(exec, |text| format!("EXECABORT Transaction discarded because of: {text}"))
}
