//! A store of its own for each test.

mod recorder;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::{ClientId, Draft, MessageId, NewRoom, Room, RoomId};
use redis_gateway::{Config, Fsync, Gateway, StoreChoice};
use store::{Cursor, Page, PageRequest, ReqwestTransport, Store, StoreConfig};
use upstash::{Client, Command, Reply};

pub(crate) use recorder::Recorder;
pub(crate) use testing::RedisServer;

const TOKEN: &str = "test token";
/// 2026-11-24T00:00:00.000Z
pub(crate) const NOW: u64 = 1_795_478_400_000;

/// A gateway over an empty store, and RoomTalk's client for it.
pub(crate) struct World {
    pub(crate) store: Arc<Store<Recorder>>,
    pub(crate) requests: Recorder,
    pub(crate) config: StoreConfig,
    pub(crate) redis: Option<RedisServer>,
    raw: Client,
    messages: AtomicU64,
    _gateway: Gateway,
}

impl World {
    /// Over a redis-server.
    pub(crate) async fn redis() -> Self {
        Self::on_redis("").await
    }

    /// Over a redis-server with further lines of configuration.
    pub(crate) async fn on_redis(lines: &str) -> Self {
        let redis = RedisServer::start(lines).await;
        let choice = StoreChoice::Redis { url: redis.url() };
        Self::over(choice, Some(redis)).await
    }

    /// Over the embedded engine, in memory.
    pub(crate) async fn embedded() -> Self {
        Self::over(StoreChoice::Embedded { dir: None, fsync: Fsync::No }, None).await
    }

    async fn over(store: StoreChoice, redis: Option<RedisServer>) -> Self {
        // Another test of this process may have installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let config = Config::new(([127, 0, 0, 1], 0).into(), store, TOKEN);
        let gateway = Gateway::start(config).await.unwrap();
        let url = format!("http://{}", gateway.local_addr());
        let config = StoreConfig {
            url: url.clone(),
            token: TOKEN.to_owned(),
            history: 200_000,
            deadline: Duration::from_secs(30),
        };
        let requests = Recorder::new(ReqwestTransport::new().unwrap());
        Self {
            store: Arc::new(Store::new(requests.clone(), config.clone())),
            requests,
            config,
            redis,
            raw: Client::new(&url, TOKEN).unwrap(),
            messages: AtomicU64::new(0),
            _gateway: gateway,
        }
    }

    /// The hub's store: it can subscribe.
    pub(crate) fn hub_store(&self) -> Store<ReqwestTransport> {
        Store::new(ReqwestTransport::new().unwrap(), self.config.clone())
    }

    /// The same store, keeping another number of entries.
    pub(crate) fn keeping(&self, history: u64) -> Store<Recorder> {
        Store::new(self.requests.clone(), StoreConfig { history, ..self.config.clone() })
    }

    /// A command as it is, past RoomTalk.
    pub(crate) async fn command(&self, words: &[&str]) -> Reply {
        let [name, args @ ..] = words else { panic!("no command") };
        let request = self.raw.single(&Command::new(name).args(args.iter().copied()));
        let response = self.requests.unrecorded(request).await;
        self.raw.reply(&response).unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    /// All keys, sorted.
    pub(crate) async fn keys(&self) -> Vec<String> {
        let reply = self.command(&["KEYS", "*"]).await;
        let mut keys: Vec<_> = reply.array().unwrap().into_iter().map(|key| key.text().unwrap()).collect();
        keys.sort();
        keys
    }

    /// A new room, and its id.
    pub(crate) async fn room(&self) -> RoomId {
        let room = self.create_room("a room").await;
        RoomId::parse(&room.id).unwrap()
    }

    pub(crate) async fn create_room(&self, name: &str) -> Room {
        self.store.create_room(&NewRoom::new(client("creator"), name, "").unwrap(), NOW).await.unwrap()
    }

    /// A text message with an id of its own.
    pub(crate) fn draft(&self, room: &RoomId, content: &str) -> Draft {
        let number = self.messages.fetch_add(1, Ordering::Relaxed);
        Draft { id: Some(message_id(number)), ..anonymous_draft(room, content) }
    }

    /// Appends that many messages, `0`, `1`, ….
    pub(crate) async fn fill(&self, room: &RoomId, messages: usize) {
        for number in 0..messages {
            self.store.append(&anonymous_draft(room, &number.to_string()), NOW).await.unwrap();
        }
    }

    pub(crate) async fn page(&self, room: &RoomId, cursor: Cursor, limit: usize) -> Page {
        self.store.page(room, PageRequest::new(cursor, limit)).await.unwrap()
    }

    /// The newest page's contents.
    pub(crate) async fn contents(&self, room: &RoomId) -> Vec<String> {
        contents(&self.page(room, Cursor::Newest, 200).await)
    }
}

/// A text message to which the server gives the id.
pub(crate) fn anonymous_draft(room: &RoomId, content: &str) -> Draft {
    Draft::text(room.clone(), client("sender"), content)
}

pub(crate) fn client(id: &str) -> ClientId {
    ClientId::parse(id, "clientId").unwrap()
}

pub(crate) fn message_id(number: u64) -> MessageId {
    MessageId::parse(&format!("01930000-0000-7000-8000-{number:012x}"), "messageId").unwrap()
}

pub(crate) fn unknown_room() -> RoomId {
    RoomId::parse("nosuchroom").unwrap()
}

pub(crate) fn contents(page: &Page) -> Vec<String> {
    page.messages.iter().map(|message| message.content.clone()).collect()
}

pub(crate) fn code(error: store::Error) -> domain::Code {
    domain::Error::from(error).code
}

/// Runs each test once over each kind of store.
macro_rules! on_every_store {
    ($(async fn $name:ident($world:ident: &World) $body:block)*) => {
        $(async fn $name($world: &World) $body)*

        mod redis {
            $(#[tokio::test]
            async fn $name() {
                super::$name(&crate::world::World::redis().await).await;
            })*
        }

        mod embedded {
            $(#[tokio::test]
            async fn $name() {
                super::$name(&crate::world::World::embedded().await).await;
            })*
        }
    };
}
pub(crate) use on_every_store;
