//! The append of a message, as the command that the store sends for it.

use std::future::{Future, ready};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use bytes::Bytes;
use domain::{ClientId, Draft, MessageId, RoomId};
use store::{Store, StoreConfig, Transport, TransportError};

use crate::load::closed::UNIQUE;

/// What each message says: about as much as people write.
pub(crate) const CONTENT: &str = "A message of the *benchmark*, about as long as what people write to each other in a \
     room: a hundred and twenty chars.";

/// An append, as commands of a store.
pub(crate) struct Append {
    /// Makes the store know the script.
    pub(crate) load: Vec<String>,
    /// Appends a message whose id ends with [`UNIQUE`].
    pub(crate) command: Vec<String>,
}

impl Append {
    /// To this room. The message has an id from its sender, as the page's messages have.
    pub(crate) async fn to(room: &str) -> Result<Self> {
        let recorder = Recorder::default();
        let config = StoreConfig {
            url: "http://127.0.0.1".to_owned(),
            token: "none".to_owned(),
            history: domain::limits::HISTORY,
            deadline: Duration::from_secs(1),
        };
        let draft = Draft {
            id: Some(MessageId::parse(&format!("00000000-0000-4000-8000-{UNIQUE}"), "id")?),
            ..Draft::text(RoomId::parse(room)?, ClientId::parse("bench", "clientId")?, CONTENT)
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        // The recorder stores nothing, so there is no result.
        let _ = Store::new(&recorder, config).append(&draft, u64::try_from(now.as_millis())?).await;
        let commands = recorder.commands.into_inner().unwrap_or_else(PoisonError::into_inner);
        let [by_sha, by_source] = <[Vec<String>; 2]>::try_from(commands).ok().context("an append is no script now")?;
        let source = by_source.into_iter().nth(1).context("no source")?;
        Ok(Self { load: vec!["SCRIPT".to_owned(), "LOAD".to_owned(), source], command: by_sha })
    }
}

/// Keeps the commands that it is sent, and says each time that it does not know the script.
#[derive(Default)]
struct Recorder {
    commands: Mutex<Vec<Vec<String>>>,
}

impl Transport for &Recorder {
    fn send(
        &self,
        request: http::Request<Bytes>,
        _: Duration,
    ) -> impl Future<Output = Result<http::Response<Bytes>, TransportError>> {
        let command = serde_json::from_slice(request.body()).unwrap_or_default();
        self.commands.lock().unwrap_or_else(PoisonError::into_inner).push(command);
        let mut answer = http::Response::new(Bytes::from_static(br#"{"error":"NOSCRIPT No matching script."}"#));
        *answer.status_mut() = http::StatusCode::BAD_REQUEST;
        ready(Ok(answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_command_is_the_stores_own_with_a_number_to_fill_in() {
        let append = Append::to("AbCdEf0123").await.unwrap();
        assert_eq!(append.command[0], "EVALSHA");
        assert!(append.load[2].contains("XADD"));
        assert!(append.command.contains(&"room:{AbCdEf0123}:log".to_owned()));
        // In the key of its mark, as its id, and in its JSON.
        assert_eq!(append.command.iter().filter(|argument| argument.contains(UNIQUE)).count(), 3);
    }
}
