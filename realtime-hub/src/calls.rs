//! The store, with its calls counted and traced.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use domain::{ClientId, Draft, NewRoom, Room, RoomId};
use store::{
    Appended, Check, Entered, Error, HubId, Image, Page, PageRequest, ReqwestTransport, Store, StoreConfig,
    Subscription,
};
use traces::{Kind, Span, Tracer, scope};

use crate::lock;
use crate::metrics::{Metrics, Outcome, StoreOp};

/// How long an answer of the store proves that it is there.
const FRESH: Duration = Duration::from_secs(5);

/// All that the hub does with the store.
pub(crate) struct Calls {
    store: Store<ReqwestTransport>,
    metrics: Arc<Metrics>,
    tracer: Tracer,
    /// When the store last answered, and whether it still did at the last try.
    answered: Mutex<Option<Instant>>,
}

macro_rules! counted {
    ($($name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        $(
            pub(crate) async fn $name(&self, $($argument: $type),*) -> Result<$result, Error> {
                let begun = Instant::now();
                let span = self.span(concat!("store ", stringify!($name)), stringify!($name));
                let operation = scope(span.context(), self.store.$name($($argument),*));
                let (result, billed) = store::billed(operation).await;
                self.count(&self.metrics.store.$name, span, begun.elapsed(), billed, result)
            }
        )*
    };
}

impl Calls {
    pub(crate) fn new(transport: ReqwestTransport, config: StoreConfig, metrics: Arc<Metrics>, tracer: Tracer) -> Self {
        Self { store: Store::new(transport, config), metrics, tracer, answered: Mutex::new(None) }
    }

    counted! {
        append(draft: &Draft, now: u64) -> Appended;
        page(room: &RoomId, request: PageRequest) -> Page;
        create_room(new: &NewRoom, now: u64) -> Room;
        room(id: &RoomId) -> Option<Room>;
        rooms_of(client: &ClientId) -> Vec<Room>;
        put_image(room: &RoomId, image: &Image) -> ();
        enter(room: &RoomId, hub: &str, client: &ClientId) -> Entered;
        join(room: &RoomId, hub: &str, client: &ClientId) -> ();
        leave(room: &RoomId, hub: &str, client: &ClientId) -> ();
        forget(room: &RoomId, gone: &[(String, HubId)]) -> ();
        beat(hub: &str) -> ();
        retire(hub: &str) -> ();
        live_hubs(hubs: &[HubId]) -> Vec<HubId>;
        check() -> Check;
        claim_layout() -> ();
        look_at_layout() -> ();
        subscribe() -> Subscription;
    }

    /// Another hub told the layout that it writes.
    pub(crate) fn heard_of_layout(&self, layout: u64) {
        self.store.heard_of_layout(layout);
    }

    /// Why nothing is written, when the store's layout is newer than this hub.
    pub(crate) fn newer_layout(&self) -> Option<domain::Error> {
        self.store.newer_layout()
    }

    /// Whether the store answers; asks it only when it has not answered lately.
    pub(crate) async fn reachable(&self, hub: &HubId) -> bool {
        let fresh = lock(&self.answered).is_some_and(|at| at.elapsed() < FRESH);
        fresh || self.live_hubs(std::slice::from_ref(hub)).await.is_ok()
    }

    fn span(&self, name: &'static str, op: &'static str) -> Span {
        let mut span = self.tracer.span(name, Kind::Client);
        span.set("db.system.name", "redis");
        span.set("db.operation.name", op);
        span
    }

    fn count<T>(
        &self,
        op: &StoreOp,
        mut span: Span,
        took: Duration,
        billed: u64,
        result: Result<T, Error>,
    ) -> Result<T, Error> {
        let outcome = match &result {
            Ok(_) => Outcome::Ok,
            Err(Error::Refused(_)) => Outcome::Refused,
            Err(Error::Unavailable(_)) => Outcome::Unavailable,
            Err(Error::OutcomeUnknown(_)) => Outcome::Unknown,
        };
        *lock(&self.answered) = matches!(outcome, Outcome::Ok | Outcome::Refused).then(Instant::now);
        op.done(outcome, took, billed);
        span.set("roomtalk.outcome", outcome.name());
        span.set("roomtalk.billed", billed);
        if matches!(outcome, Outcome::Unavailable | Outcome::Unknown) {
            span.fail(outcome.name());
        }
        result
    }
}
