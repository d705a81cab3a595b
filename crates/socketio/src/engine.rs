//! The server as a whole: requests in, sessions kept, everything ended in the end.

use std::any::Any;
use std::error::Error;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body::Body;
use http_body_util::Full;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::backlog::Backlog;
use crate::events::Events;
use crate::packets::{Encoder, Packets};
use crate::query::Query;
use crate::refusal::Refusal;
use crate::session::{Session, Transport};
use crate::sessions::Sessions;
use crate::socket::Socket;
use crate::{polling, websocket};

/// What a server allows. Bytes and durations.
#[derive(Debug, Clone)]
pub struct Config {
    /// Between a pong and the next ping.
    pub ping_interval: Duration,
    /// A client that has not answered a ping for so long is gone.
    pub ping_timeout: Duration,
    /// How long a session may be without ever having had a socket.
    pub connect_timeout: Duration,
    /// Most in one message of a client.
    pub max_payload: usize,
    /// Most that may wait to go out to one session.
    pub max_unread: u64,
    /// Most that a socket may have said and that is not served yet.
    pub max_unserved: u64,
    /// Most that may wait in memory for all sessions together; beyond it those with the most are closed.
    pub max_waiting: u64,
}

impl Default for Config {
    /// The heartbeat is that of RoomTalk v0.4.
    fn default() -> Self {
        Self {
            ping_interval: Duration::from_secs(25),
            ping_timeout: Duration::from_mins(1),
            connect_timeout: Duration::from_secs(15),
            max_payload: 256 * 1024,
            max_unread: 1024 * 1024,
            max_unserved: 2 * 1024 * 1024,
            max_waiting: 256 * 1024 * 1024,
        }
    }
}

/// Who opened a session.
#[derive(Default)]
pub struct Peer {
    /// Where it is.
    pub address: Option<IpAddr>,
    /// Dropped when the session has ended.
    pub held: Option<Box<dyn Any + Send + Sync>>,
}

/// Takes over a socket that is connected, and what its client says.
pub type Start = Box<dyn FnOnce(Socket, Events) + Send>;

/// What the server serves.
pub trait App: Send + Sync + 'static {
    /// A client wants a socket; `auth` is JSON. An error is the message of its `connect_error`.
    fn connect(&self, auth: Option<&str>, address: Option<IpAddr>) -> Result<Start, String>;

    /// The answer, as JSON, to an event that must not wait for those before it.
    fn at_once(&self, event: &str) -> Option<&'static str> {
        let _ = event;
        None
    }
}

/// The server.
#[derive(Clone)]
pub struct Engine(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) app: OnceLock<Box<dyn App>>,
    pub(crate) sessions: Sessions,
    pub(crate) backlog: Backlog,
    /// The connections of sessions that go by WebSocket.
    pub(crate) tasks: TaskTracker,
    relieving: Mutex<()>,
    slow: AtomicU64,
    numbers: AtomicU64,
    stopping: CancellationToken,
}

impl Engine {
    /// A server without sessions. It serves nobody before [`Engine::serve`].
    pub fn new(config: Config) -> Self {
        Self(Arc::new(Shared {
            config,
            app: OnceLock::new(),
            sessions: Sessions::default(),
            backlog: Backlog::default(),
            tasks: TaskTracker::new(),
            relieving: Mutex::default(),
            slow: AtomicU64::default(),
            numbers: AtomicU64::default(),
            stopping: CancellationToken::new(),
        }))
    }

    /// Serves this application from now on; the first one stays. Runs in a tokio runtime.
    pub fn serve(&self, app: impl App) {
        if self.0.app.set(Box::new(app)).is_ok() {
            tokio::spawn(beat(self.0.clone()));
        }
    }

    /// Answers an Engine.IO request. `peer` is needed for those that open a session, see [`crate::opens_session`].
    pub async fn answer<B>(&self, request: Request<B>, peer: Option<Peer>) -> Response<Full<Bytes>>
    where
        B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send,
    {
        let query = Query::parse(request.uri().query());
        if query.version != Some("4") {
            return Refusal::UnsupportedVersion.answer();
        }
        let session = match query.sid {
            None => None,
            Some(sid) => match self.0.sessions.find(sid) {
                Some(session) => Some(session),
                None => return Refusal::UnknownSession.answer(),
            },
        };
        if session.is_none() && self.0.stopping.is_cancelled() {
            return Refusal::Stopping.answer();
        }
        let answer = match (query.transport, session, request.method().clone()) {
            (Some("websocket"), Some(session), _) => websocket::upgrade(session, request),
            (Some("websocket"), None, _) => websocket::open(&self.0, peer.unwrap_or_default(), request),
            (Some("polling"), None, Method::GET) => Ok(polling::open(&self.0, peer.unwrap_or_default())),
            (Some("polling"), None, _) => Err(Refusal::BadHandshakeMethod),
            (Some("polling"), Some(session), _) if session.is_websocket() => Err(Refusal::BadRequest),
            (Some("polling"), Some(session), Method::GET) => polling::poll(&session).await,
            (Some("polling"), Some(session), Method::POST) => polling::post(&session, request.into_body()).await,
            (Some("polling"), Some(_), _) => Err(Refusal::BadRequest),
            _ => Err(Refusal::UnknownTransport),
        };
        answer.unwrap_or_else(Refusal::answer)
    }

    /// Packets that many may get.
    pub fn packets(&self, encoder: Encoder) -> Packets {
        encoder.finish(&self.0.backlog)
    }

    /// Bytes that wait in memory for all sessions together.
    pub fn waiting(&self) -> u64 {
        self.0.backlog.bytes()
    }

    /// How many sessions were closed because too much waited for them, or for all together.
    pub fn slow_closes(&self) -> u64 {
        self.0.slow.load(Relaxed)
    }

    /// Opens no more sessions, tells every client to connect again, and waits until their connections have ended.
    pub async fn finish(&self) {
        self.0.stopping.cancel();
        for session in self.0.sessions.all() {
            session.finish();
        }
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    /// Ends every session that is still there.
    pub fn close(&self) {
        self.0.stopping.cancel();
        for session in self.0.sessions.all() {
            session.close();
        }
    }
}

impl Shared {
    /// A session whose client is told so.
    pub(crate) fn open(self: &Arc<Self>, peer: Peer, transport: Transport) -> Arc<Session> {
        let session = Arc::new(Session::new(self.new_id(), self.clone(), peer, transport));
        let Config { ping_interval, ping_timeout, max_payload, .. } = &self.config;
        let upgrades: &[&str] = if transport == Transport::Polling { &["websocket"] } else { &[] };
        let open = serde_json::json!({
            "sid": session.sid,
            "upgrades": upgrades,
            "pingInterval": ping_interval.as_millis(),
            "pingTimeout": ping_timeout.as_millis(),
            "maxPayload": max_payload,
        });
        session.say(|encoder| encoder.text(&["0", &open.to_string()]));
        self.sessions.add(&session);
        session
    }

    /// 120 random bits: whoever has a session's id can act in it.
    pub(crate) fn new_id(&self) -> String {
        let mut bytes = [0; 15];
        if getrandom::fill(&mut bytes).is_err() {
            // Not seen on any system that this runs on. The number keeps ids apart.
            tracing::error!("the system gives no random bytes");
            return format!("{:020}", self.new_number());
        }
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    pub(crate) fn new_number(&self) -> u64 {
        self.numbers.fetch_add(1, Relaxed)
    }

    pub(crate) fn count_slow(&self, sessions: u64) {
        self.slow.fetch_add(sessions, Relaxed);
    }

    /// Closes the sessions for which the most waits when too much waits for all together, until a quarter of what may wait
    /// is free again.
    pub(crate) fn relieve(&self) {
        let most = self.config.max_waiting;
        if self.backlog.bytes() <= most {
            return;
        }
        // One is enough.
        let Ok(_turn) = self.relieving.try_lock() else { return };
        let mut closed = 0;
        for (waiting, session) in self.sessions.by_waiting() {
            if waiting == 0 || self.backlog.bytes() <= most / 4 * 3 {
                break;
            }
            closed += u64::from(session.close());
        }
        self.count_slow(closed);
        tracing::warn!(closed, "too much waited for all sessions together; those with the most were closed");
    }
}

/// Looks after all sessions' heartbeats.
async fn beat(shared: Arc<Shared>) {
    let mut ticks = interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = shared.stopping.cancelled() => return,
        }
        let now = Instant::now();
        for session in shared.sessions.all() {
            session.beat(now);
        }
    }
}
