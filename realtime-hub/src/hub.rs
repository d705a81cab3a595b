//! The hub as a whole.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::Identities;
use http_server::{Addresses, PerAddress};
use socketio::Engine;
use store::{HubId, ReqwestTransport, StoreConfig};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use traces::Tracer;

use crate::calls::Calls;
use crate::config::{Config, ConfigError, Settings};
use crate::http::{App, Guard, Proxy, serve};
use crate::hubs::Hubs;
use crate::limiter::Limiter;
use crate::metrics::Metrics;
use crate::new_rooms::NewRooms;
use crate::room::{Budget, Command, Rooms};
use crate::sockets::{self, Clients};
use crate::{lock, stream};

/// Time that one store operation may take.
const STORE_DEADLINE: Duration = Duration::from_secs(5);

/// How long the start waits for the store, to see whether it is newer.
const FIRST_LOOK: Duration = Duration::from_secs(2);

/// How many rooms at once read the store after a cut of the stream.
const REFRESHES: usize = 32;

/// How many pages of history at once are read for sockets: more would stand in the way of messages.
const HISTORY_READS: usize = 4;

/// Why a hub did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting can't be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The address can't be listened on.
    #[error("can't listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// The store holds data of a layout that this version does not know.
    #[error("{0}. Start the newer version, or restore a backup from before the upgrade (docs/operations.md, Upgrade)")]
    Newer(domain::Error),
    /// No HTTP client could be made.
    #[error("can't make an HTTP client: {0}")]
    Client(String),
}

/// A running hub.
pub struct Hub {
    address: SocketAddr,
    state: Shared,
    server: JoinHandle<()>,
}

/// What all of the hub's tasks share.
pub(crate) struct State {
    pub(crate) id: HubId,
    pub(crate) store: Calls,
    pub(crate) identities: Identities,
    pub(crate) limiter: Limiter,
    pub(crate) engine: Engine,
    pub(crate) clients: Clients,
    pub(crate) rooms: Rooms,
    pub(crate) budget: Budget,
    pub(crate) hubs: Hubs,
    pub(crate) new_rooms: NewRooms,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) tracer: Tracer,
    /// Turns of rooms that read the store after a cut of the stream.
    pub(crate) refreshes: Semaphore,
    /// Turns of sockets that page through history.
    pub(crate) history_reads: Semaphore,
    pub(crate) beat: Duration,
    pub(crate) registration: Duration,
    /// The hub is on its way out.
    pub(crate) stopping: CancellationToken,
    /// Workers of sockets, rooms, and writes that must not be lost.
    pub(crate) tasks: TaskTracker,
    stream_live: AtomicBool,
    lacks: Mutex<Vec<String>>,
}

/// Shared by all tasks.
pub(crate) type Shared = Arc<State>;

impl Hub {
    /// Listens and serves. The store need not be there yet; `/readyz` tells when it is.
    ///
    /// A rustls crypto provider must be installed before.
    pub async fn start(config: Config) -> Result<Self, Error> {
        let settings = config.check()?;
        let metrics = Arc::new(Metrics::default());
        let transport = ReqwestTransport::new().map_err(|e| Error::Client(e.to_string()))?;
        let proxy = settings.edge.as_ref().map(|edge| Proxy::new(edge, settings.trusted_proxies.clone())).transpose();
        let proxy = proxy.map_err(|e| Error::Client(e.to_string()))?;
        let listener = TcpListener::bind(config.listen).await.map_err(|e| Error::Listen(config.listen, e))?;
        let address = listener.local_addr().map_err(|e| Error::Listen(config.listen, e))?;

        let state = Arc::new(State::new(&config, &settings, transport, metrics.clone()));
        state.claim_layout().await?;
        sockets::serve(&state);
        tokio::spawn(stream::run(state.clone()));
        tokio::spawn(stream::beat(state.clone()));
        tokio::spawn(check(state.clone()));
        let proxies = settings.trusted_proxies;
        let per_address = PerAddress {
            most: config.max_connections_per_address,
            loopback: config.count_loopback,
            exempt: proxies.clone(),
        };
        let sessions = Addresses::new(per_address.clone());
        let guard = Guard::new(settings.origins, state.engine.clone(), sessions, proxies, config.fly_client_ip);
        let app = App::new(state.clone(), guard, proxy);
        let stop = state.stopping.clone();
        let server = tokio::spawn(serve(listener, app, (config.max_connections, per_address), metrics, stop));
        tracing::info!(%address, hub = state.id, "the hub listens");
        Ok(Self { address, state, server })
    }

    /// The address that the hub listens on.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Ends within 5 s: no new connections, every client is told to reconnect, presence is taken out of the store.
    pub async fn shutdown(self) {
        let state = self.state;
        state.stopping.cancel();
        let _ = timeout(Duration::from_millis(1500), state.engine.finish()).await;
        // Workers leave their rooms, rooms write who has left.
        state.tasks.close();
        let _ = timeout(Duration::from_secs(2), state.tasks.wait()).await;
        match timeout(Duration::from_millis(500), state.store.retire(&state.id)).await {
            Ok(Ok(())) => {}
            // Its members count until its key runs out.
            Ok(Err(error)) => tracing::warn!(%error, "the hub's key was not taken out of the store"),
            Err(_) => tracing::warn!("the hub's key was not taken out of the store in time"),
        }
        state.engine.close();
        let _ = timeout(Duration::from_millis(500), self.server).await;
        tracing::info!("the hub has stopped");
    }
}

impl State {
    /// The state of a hub that has just begun.
    pub(crate) fn new(
        config: &Config,
        settings: &Settings,
        transport: ReqwestTransport,
        metrics: Arc<Metrics>,
    ) -> Self {
        let store = StoreConfig {
            url: config.redis_url.trim().trim_end_matches('/').to_owned(),
            token: config.redis_token.clone(),
            history: config.history_limit,
            deadline: STORE_DEADLINE,
        };
        let id = uuid::Uuid::new_v4().to_string();
        let tracer = config.tracer.of_instance(&id);
        Self {
            id,
            store: Calls::new(transport, store, metrics.clone(), tracer.clone()),
            identities: settings.identities.clone(),
            limiter: Limiter::new(settings.rate_limits),
            engine: sockets::engine(config.max_unread_bytes),
            clients: Clients::default(),
            rooms: Rooms::default(),
            budget: Budget::default(),
            hubs: Hubs::new(config.beat * 5 / 2),
            new_rooms: NewRooms::default(),
            metrics,
            tracer,
            refreshes: Semaphore::new(REFRESHES),
            history_reads: Semaphore::new(HISTORY_READS),
            beat: config.beat,
            registration: config.registration,
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
            stream_live: AtomicBool::new(false),
            lacks: Mutex::default(),
        }
    }

    pub(crate) fn stream_live(&self) -> bool {
        self.stream_live.load(Relaxed)
    }

    pub(crate) fn set_stream_live(&self, live: bool) {
        self.stream_live.store(live, Relaxed);
    }

    pub(crate) async fn store_reachable(&self) -> bool {
        self.store.reachable(&self.id).await
    }

    /// What the store was found to lack at the hub's start, and whether it is newer than the hub by now.
    pub(crate) fn store_lacks(&self) -> Vec<String> {
        let newer = self.store.newer_layout().map(|refusal| refusal.to_string());
        lock(&self.lacks).iter().cloned().chain(newer).collect()
    }

    /// Writes this version's layout into a store that has none. A store that does not answer is no reason not to start: it is
    /// asked again later.
    async fn claim_layout(&self) -> Result<(), Error> {
        match timeout(FIRST_LOOK, self.store.claim_layout()).await {
            Ok(Err(store::Error::Refused(refusal))) => Err(Error::Newer(refusal)),
            _ => Ok(()),
        }
    }

    /// Learns whether the store's layout is one that this hub knows; when it does not answer, what was known stays.
    pub(crate) async fn look_at_layout(&self) {
        let before = self.store.newer_layout();
        let _ = self.store.look_at_layout().await;
        match self.store.newer_layout() {
            Some(refusal) => tracing::error!(%refusal, "the store is newer than this hub, which writes nothing"),
            None if before.is_some() => tracing::info!("the store's layout is known again"),
            None => {}
        }
    }

    /// A hub gave a sign of life. Rooms ask anew who is there when it is one that had been given up.
    pub(crate) fn alive(&self, hub: &str) {
        if hub != self.id && self.hubs.seen(hub, Instant::now()) {
            tracing::info!(hub, "a hub that was given up is back");
            self.rooms.send_all(|| Command::Refresh);
        }
    }

    /// Those of these hubs that are dead. When in doubt, a hub is alive.
    pub(crate) async fn dead_among(&self, hubs: impl Iterator<Item = &HubId>) -> HashSet<HubId> {
        let now = Instant::now();
        let unknown: HashSet<HubId> = hubs.filter(|hub| !self.hubs.knows(hub, now)).cloned().collect();
        if unknown.is_empty() {
            return unknown;
        }
        let asked: Vec<HubId> = unknown.iter().cloned().collect();
        match self.store.live_hubs(&asked).await {
            Ok(live) => {
                for hub in &live {
                    self.alive(hub);
                }
                let dead: HashSet<HubId> = unknown.into_iter().filter(|hub| !live.contains(hub)).collect();
                for hub in &dead {
                    self.hubs.give_up(hub);
                }
                dead
            }
            Err(_) => HashSet::new(),
        }
    }
}

/// Tries what RoomTalk needs of the store, once it answers, and says plainly what it lacks.
async fn check(state: Shared) {
    loop {
        let claimed = state.store.claim_layout().await;
        match state.store.check().await {
            Ok(_) if matches!(claimed, Err(store::Error::Unavailable(_) | store::Error::OutcomeUnknown(_))) => {}
            Ok(check) => {
                for lack in &check.lacks {
                    tracing::error!(lack, "the store lacks something that RoomTalk needs");
                }
                tracing::info!(durability = ?check.durability, eviction = ?check.eviction, "the store was checked");
                *lock(&state.lacks) = check.lacks;
                return;
            }
            Err(error) => tracing::warn!(%error, "the store can't be checked yet"),
        }
        tokio::select! {
            () = sleep(Duration::from_secs(2)) => {}
            () = state.stopping.cancelled() => return,
        }
    }
}
