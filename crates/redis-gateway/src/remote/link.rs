//! The connection that commands go by.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, ConnectionAddr, Pipeline};
use tokio::time::{Instant, timeout, timeout_at};

use super::resp::{self, Frame, Malformed};
use super::value;
use super::wire::Wire;
use crate::Reply;
use crate::backend::{Command, UNAVAILABLE, encoded};

/// How long the server has to accept a connection.
const CONNECT: Duration = Duration::from_secs(2);
/// How long the server may be silent while it owes an answer. Less than the 5 s that callers usually wait, so that they get
/// one.
const ANSWER: Duration = Duration::from_millis(4500);
/// How often an idle connection is tried, so that the first command after a break does not have to find out.
const PROBE: Duration = Duration::from_secs(1);
/// How long a failure to connect is the answer to others too, so that they don't queue up behind a dead address.
const FAILED: Duration = Duration::from_millis(200);

/// One multiplexed connection, shared by all commands, made anew after a break.
#[derive(Debug)]
pub(super) struct Link {
    client: Client,
    live: Mutex<Option<Live>>,
    connecting: tokio::sync::Mutex<Attempts>,
}

/// A connection that worked when it was last used.
#[derive(Clone)]
struct Live {
    /// Tells connections apart, so that a late failure of an old one does not drop its successor.
    generation: u64,
    connection: Connection,
}

#[derive(Clone)]
enum Connection {
    /// Plain TCP.
    Wire(Wire),
    /// By the client library, which knows TLS.
    Library(MultiplexedConnection),
}

/// Why there are no replies.
enum Broken {
    /// They did not come in time.
    Late,
    /// The connection broke.
    Ended,
}

/// A server that sends what is no reply is as good as gone.
impl From<Malformed> for Broken {
    fn from(Malformed: Malformed) -> Self {
        tracing::error!("the Redis server sent what is no reply");
        Self::Ended
    }
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live").field("generation", &self.generation).finish_non_exhaustive()
    }
}

#[derive(Debug, Default)]
struct Attempts {
    made: u64,
    failed: Option<(Instant, String)>,
}

impl Link {
    /// A link to the server, which may be down.
    pub(super) async fn open(client: Client) -> Arc<Self> {
        let link = Arc::new(Self { client, live: Mutex::default(), connecting: tokio::sync::Mutex::default() });
        let up = match link.connect().await {
            Ok(_) => true,
            Err(reason) => {
                tracing::warn!(reason, "the Redis server does not answer; trying again each second");
                false
            }
        };
        tokio::spawn(watch(Arc::downgrade(&link), up));
        link
    }

    /// Sends commands and gives their replies as they came. `Err` is an error text of the kind [`UNAVAILABLE`].
    pub(super) async fn send(&self, commands: &[Command]) -> Result<Vec<Reply>, String> {
        let Live { generation, connection } = self.connect().await?;
        connection.send(commands).await.map_err(|broken| {
            self.forget(generation);
            outcome_unknown(&broken)
        })
    }

    /// Sends one command and gives its reply in Redis's wire format; an error as [`Reply::Error`]. `Err` as of
    /// [`Self::send`].
    pub(super) async fn fetch(&self, command: &[Command]) -> Result<Result<Bytes, Reply>, String> {
        let Live { generation, connection } = self.connect().await?;
        connection.fetch(command).await.map_err(|broken| {
            self.forget(generation);
            outcome_unknown(&broken)
        })
    }

    /// Gives the live connection up, so that the next command gets a new one.
    pub(super) fn renew(&self) {
        *self.slot() = None;
    }

    /// The live connection, or a new one.
    async fn connect(&self) -> Result<Live, String> {
        if let Some(live) = self.live() {
            return Ok(live);
        }
        let mut attempts = self.connecting.lock().await;
        if let Some(live) = self.live() {
            return Ok(live);
        }
        if let Some((at, reason)) = &attempts.failed
            && at.elapsed() < FAILED
        {
            return Err(reason.clone());
        }
        let result = Connection::open(&self.client).await;
        attempts.made += 1;
        match result {
            Ok(connection) => {
                attempts.failed = None;
                let live = Live { generation: attempts.made, connection };
                *self.slot() = Some(live.clone());
                Ok(live)
            }
            Err(error) => {
                let reason = format!("{UNAVAILABLE} the Redis server can't be reached: {error}");
                attempts.failed = Some((Instant::now(), reason.clone()));
                Err(reason)
            }
        }
    }

    fn live(&self) -> Option<Live> {
        self.slot().clone()
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Live>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget(&self, generation: u64) {
        let mut slot = self.slot();
        if slot.as_ref().is_some_and(|live| live.generation == generation) {
            *slot = None;
        }
    }
}

impl Connection {
    async fn open(client: &Client) -> Result<Self, String> {
        let info = client.get_connection_info();
        if let ConnectionAddr::Tcp(host, port) = info.addr() {
            let opened = timeout(CONNECT, Wire::open(host, *port, info.redis_settings())).await;
            return opened.unwrap_or_else(|_| Err("it does not answer".to_owned())).map(Self::Wire);
        }
        let config =
            AsyncConnectionConfig::new().set_connection_timeout(Some(CONNECT)).set_response_timeout(Some(ANSWER));
        let opened = client.get_multiplexed_async_connection_with_config(&config).await;
        opened.map(Self::Library).map_err(|error| error.to_string())
    }

    async fn fetch(self, command: &[Command]) -> Result<Result<Bytes, Reply>, Broken> {
        if let Self::Wire(wire) = &self {
            let frame = frames(wire, command).await?.pop().ok_or(Broken::Ended)?;
            return Ok(if frame.is_error() { Err(frame.reply()?) } else { Ok(frame.into_bytes()) });
        }
        let reply = self.send(command).await?.pop().ok_or(Broken::Ended)?;
        Ok(encoded(reply))
    }

    async fn send(self, commands: &[Command]) -> Result<Vec<Reply>, Broken> {
        match self {
            Self::Wire(wire) => Ok(resp::replies(&frames(&wire, commands).await?)?),
            Self::Library(mut connection) => {
                let mut pipeline = Pipeline::with_capacity(commands.len());
                for command in commands {
                    let mut packed = Cmd::with_capacity(command.len(), command.iter().map(Bytes::len).sum());
                    for argument in command {
                        packed.arg(argument.as_ref());
                    }
                    pipeline.add_command(packed);
                }
                let sent = connection.send_packed_commands(&pipeline, 0, commands.len()).await;
                let sent = sent.map(|values| values.into_iter().map(value::reply).collect());
                sent.map_err(|error| if error.is_timeout() { Broken::Late } else { Broken::Ended })
            }
        }
    }
}

/// Replies as they came by a connection of our own.
async fn frames(wire: &Wire, commands: &[Command]) -> Result<Vec<Frame>, Broken> {
    let mut answer = pin!(wire.send(commands));
    let mut late = Instant::now() + ANSWER;
    loop {
        match timeout_at(late, &mut answer).await {
            Ok(frames) => return frames.ok_or(Broken::Ended),
            Err(_) if wire.last_moved() + ANSWER > late => late = wire.last_moved() + ANSWER,
            Err(_) => return Err(Broken::Late),
        }
    }
}

/// Tries the connection each second while the link is in use, and logs when the server goes and comes back.
async fn watch(link: Weak<Link>, mut up: bool) {
    let ping = [vec![Bytes::from_static(b"PING")]];
    loop {
        tokio::time::sleep(PROBE).await;
        let Some(link) = link.upgrade() else { return };
        match (link.send(&ping).await, up) {
            (Ok(_), false) => tracing::info!("the Redis server answers again"),
            (Err(reason), true) => tracing::warn!(reason, "the Redis server does not answer; trying again each second"),
            (result, _) => {
                up = result.is_ok();
                continue;
            }
        }
        up = !up;
    }
}

/// The command may have been carried out: the caller must not be told that it was not.
fn outcome_unknown(broken: &Broken) -> String {
    match broken {
        Broken::Late => {
            format!("{UNAVAILABLE} the Redis server was silent for 4.5 s; the command may have been executed")
        }
        Broken::Ended => {
            format!("{UNAVAILABLE} the connection to the Redis server broke; the command may have been executed")
        }
    }
}
