//! How the checks speak to the store: RoomTalk's own client and transport, and scratch keys that are remembered.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Uri};
use store::{ReqwestTransport, Transport};
use upstash::{Client, Command, InvalidConfig, Refusal, Reply};
use uuid::Uuid;

use crate::Target;
use crate::failure::Failure;

/// Time that a request may take: what RoomTalk gives its own.
pub(crate) const DEADLINE: Duration = Duration::from_secs(5);
/// Time that an upload may take.
pub(crate) const UPLOAD_DEADLINE: Duration = Duration::from_secs(25);
/// How long a scratch key lives when it can't be removed, in seconds.
pub(crate) const LIFE: u64 = 600;

/// The store under examination.
pub(crate) struct Probe {
    /// The store's address.
    pub(crate) uri: Uri,
    /// RoomTalk's own client.
    pub(crate) client: Client,
    /// RoomTalk's own transport.
    pub(crate) transport: ReqwestTransport,
    /// Tells this examination from others that run at the same time.
    pub(crate) run: String,
    keys: Mutex<BTreeSet<String>>,
}

impl Probe {
    /// Nothing is sent yet.
    pub(crate) fn new(target: &Target, transport: ReqwestTransport) -> Result<Self, InvalidConfig> {
        let client = Client::new(&target.url, &target.token)?;
        let uri: Uri = target.url.parse().map_err(|_| InvalidConfig::Url)?;
        if uri.host().is_none_or(str::is_empty) {
            return Err(InvalidConfig::Url);
        }
        let run = Uuid::new_v4().simple().to_string();
        Ok(Self { uri, client, transport, run, keys: Mutex::default() })
    }

    /// The scratch key of this name, which is removed at the end.
    pub(crate) fn key(&self, name: &str) -> String {
        let key = format!("doctor:{}:{name}", self.run);
        self.lock().insert(key.clone());
        key
    }

    /// All scratch keys that were asked for; none is remembered any more.
    pub(crate) fn take_keys(&self) -> Vec<String> {
        std::mem::take(&mut *self.lock()).into_iter().collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Bytes>, deadline: Duration) -> Result<Response<Bytes>, Failure> {
        Ok(self.transport.send(request, deadline).await?)
    }

    /// The reply to one command.
    pub(crate) async fn single(&self, command: &Command<'_>) -> Result<Reply, Failure> {
        let response = self.send(self.client.single(command), DEADLINE).await?;
        Ok(self.client.reply(&response)?)
    }

    /// The replies to several commands that were sent together.
    pub(crate) async fn pipeline(
        &self,
        commands: &[Command<'_>],
        deadline: Duration,
    ) -> Result<Vec<Result<Reply, Refusal>>, Failure> {
        let response = self.send(self.client.pipeline(commands), deadline).await?;
        Ok(self.client.replies(&response, commands.len())?)
    }

    /// The replies to a transaction.
    pub(crate) async fn transaction(&self, commands: &[Command<'_>]) -> Result<Vec<Result<Reply, Refusal>>, Failure> {
        let response = self.send(self.client.transaction(commands), DEADLINE).await?;
        Ok(self.client.replies(&response, commands.len())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(url: &str) -> Result<Probe, InvalidConfig> {
        // Another test of this process may have installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let target = Target { url: url.to_owned(), token: "t".to_owned(), name: url.to_owned() };
        Probe::new(&target, ReqwestTransport::new().unwrap())
    }

    #[test]
    fn scratch_keys_have_a_prefix_of_their_own_and_are_remembered_once() {
        let probe = probe("http://127.0.0.1:1").unwrap();
        let key = probe.key("a");
        assert_eq!(probe.key("a"), key);
        assert!(key.starts_with("doctor:") && key.ends_with(":a"), "{key}");
        assert_eq!(probe.take_keys(), [key]);
        assert_eq!(probe.take_keys(), [""; 0]);
    }

    #[test]
    fn addresses_that_are_none_are_refused() {
        for url in ["", "store", "redis://h", "http://", "http://h/path", "http://:3013", "ftp://h"] {
            assert!(probe(url).is_err(), "{url}");
        }
    }
}
