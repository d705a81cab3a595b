//! The stores of a test.

mod cut;
mod server;

use std::time::Duration;

use domain::{Message, RoomId};
use redis_gateway::{Config, Fsync, Gateway, StoreChoice};
use store::{ReqwestTransport, Store, StoreConfig};
use transfer::import::{self, Finding, Observer, Options, Report, Source};
use upstash::{Client, Command, Reply};

pub(crate) use cut::{Cut, Fault};
pub(crate) use server::Redis;

const TOKEN: &str = "test token";

/// RoomTalk's store: a gateway over a redis-server of its own, or over the embedded engine.
pub(crate) struct World {
    pub(crate) store: Store<ReqwestTransport>,
    pub(crate) redis: Option<Redis>,
    config: StoreConfig,
    raw: Client,
    _gateway: Gateway,
}

impl World {
    pub(crate) async fn redis() -> Self {
        let redis = Redis::start().await;
        let choice = StoreChoice::Redis { url: redis.url() };
        Self::over(choice, Some(redis)).await
    }

    pub(crate) async fn embedded() -> Self {
        Self::over(StoreChoice::Embedded { dir: None, fsync: Fsync::No }, None).await
    }

    /// Over a Redis server that is there already.
    pub(crate) async fn at(url: &str) -> Self {
        Self::over(StoreChoice::Redis { url: url.to_owned() }, None).await
    }

    async fn over(store: StoreChoice, redis: Option<Redis>) -> Self {
        // Another test of this process may have installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let config = Config::new(([127, 0, 0, 1], 0).into(), store, TOKEN);
        let gateway = Gateway::start(config).await.unwrap();
        let url = format!("http://{}", gateway.local_addr());
        let raw = Client::new(&url, TOKEN).unwrap();
        let config = StoreConfig { url, token: TOKEN.to_owned(), history: 200_000, deadline: Duration::from_secs(30) };
        let store = Store::new(ReqwestTransport::new().unwrap(), config.clone());
        Self { store, redis, config, raw, _gateway: gateway }
    }

    /// The same store by a way that breaks.
    pub(crate) fn cut(&self, cut: Cut) -> Store<Cut> {
        Store::new(cut, self.config.clone())
    }

    /// A digest of all that the redis-server holds.
    pub(crate) async fn digest(&self) -> String {
        self.redis.as_ref().unwrap().ask(&["DEBUG", "DIGEST"]).await
    }

    /// A command as it is, past RoomTalk.
    pub(crate) async fn command(&self, words: &[&str]) -> Reply {
        use store::Transport;
        let [name, args @ ..] = words else { panic!("no command") };
        let request = self.raw.single(&Command::new(name).args(args.iter().copied()));
        let response = ReqwestTransport::new().unwrap().send(request, Duration::from_secs(30)).await.unwrap();
        self.raw.reply(&response).unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    /// All messages of a room, and the seqs before the first and of the last entry.
    pub(crate) async fn messages(&self, room: &RoomId) -> Vec<Message> {
        let (mut all, mut next) = (Vec::new(), 1);
        loop {
            let page = self.store.page_from(room, next, 200).await.unwrap();
            next = page.next_after + 1;
            all.extend(page.messages);
            if !page.has_after {
                return all;
            }
        }
    }
}

/// Everything that an import tells.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) rooms: u64,
    pub(crate) messages: u64,
    pub(crate) advanced: u64,
    pub(crate) findings: Vec<Finding>,
}

impl Observer for Told {
    fn begin(&mut self, rooms: u64, messages: u64) {
        (self.rooms, self.messages) = (rooms, messages);
    }

    fn advance(&mut self, messages: u64) {
        self.advanced += messages;
    }

    fn finding(&mut self, finding: &Finding) {
        self.findings.push(finding.clone());
    }
}

impl Told {
    /// The findings as people read them, sorted.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<_> = self.findings.iter().map(ToString::to_string).collect();
        lines.sort();
        lines
    }
}

/// Imports with the usual settings.
pub(crate) async fn import(old: &Redis, new: &World) -> (Report, Told) {
    let source = Source::open(&old.url()).await.unwrap();
    let mut told = Told::default();
    let report = import::import(&source, &new.store, Options::default(), &mut told).await.unwrap();
    assert_eq!(told.advanced, told.messages, "each message is done with once");
    (report, told)
}
