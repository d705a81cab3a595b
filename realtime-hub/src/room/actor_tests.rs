//! The actor on a real store, without its loop: what each command makes of the room.

use domain::{Draft, NewRoom};
use redis_gateway::{Fsync, Gateway, StoreChoice};
use store::{Cursor, PageRequest, ReqwestTransport};

use super::*;
use crate::Config;
use crate::hub::State;
use crate::metrics::Metrics;

struct World {
    hub: Shared,
    gateway: Gateway,
    room: RoomId,
}

/// A hub that serves nobody, on a store in memory, with an empty room.
async fn world() -> World {
    // Another test of this process may have installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let store = StoreChoice::Embedded { dir: None, fsync: Fsync::No };
    let gateway = Gateway::start(redis_gateway::Config::new(([127, 0, 0, 1], 0).into(), store, "t"));
    let gateway = gateway.await.unwrap();
    let redis_url = format!("http://{}", gateway.local_addr());
    let config = Config { redis_url, redis_token: "t".to_owned(), ..Config::default() };
    let settings = config.check().ok().unwrap();
    let metrics = Arc::new(Metrics::default());
    let hub = Arc::new(State::new(&config, &settings, ReqwestTransport::new().unwrap(), metrics));
    let new = NewRoom::new(client(), "a room", "").unwrap();
    let room = hub.store.create_room(&new, 0).await.unwrap();
    World { room: RoomId::parse(&room.id).unwrap(), hub, gateway }
}

fn client() -> ClientId {
    ClientId::parse("ada", "clientId").unwrap()
}

impl World {
    async fn actor(&self) -> Actor {
        let entered = self.hub.store.enter(&self.room, &self.hub.id, &client()).await.unwrap();
        Actor::new(self.hub.clone(), self.room.clone(), &entered, &client()).await
    }

    /// Stores a message, and gives what the stream would bring.
    async fn append(&self, content: &str) -> Entry {
        let draft = Draft::text(self.room.clone(), client(), content);
        let appended = self.hub.store.append(&draft, 0).await.unwrap();
        Entry { seq: appended.message.seq, id: appended.message.id, json: appended.json, arrived: None }
    }

    async fn newest(&self) -> u64 {
        self.hub.store.page(&self.room, PageRequest::new(Cursor::Newest, 10)).await.unwrap().latest_seq
    }

    fn metric(&self, name: &str) -> String {
        let text = self.hub.metrics.text();
        let line = text.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
        line.split(' ').next_back().unwrap().to_owned()
    }
}

#[tokio::test]
async fn events_in_order_are_taken_as_they_come_and_repeated_ones_skipped() {
    let world = world().await;
    let mut actor = world.actor().await;
    let (second, third) = (world.append("2").await, world.append("3").await);
    for entry in [second.clone(), second, third.clone(), third] {
        actor.message(entry).await;
    }
    assert_eq!((actor.log.last(), actor.heard), (3, 3));
    assert_eq!(actor.pending, None);
    assert_eq!(world.metric("roomtalk_hub_gaps_filled_total"), "0");
}

#[tokio::test]
async fn a_jump_is_filled_from_the_log_before_what_came() {
    let world = world().await;
    let mut actor = world.actor().await;
    world.append("2").await;
    world.append("3").await;
    let fourth = world.append("4").await;
    actor.message(fourth).await;
    assert_eq!(actor.log.last(), 4);
    assert_eq!(actor.log.newest(10).map(|page| page.iter().map(|e| e.seq).collect::<Vec<_>>()), Some(vec![2, 3, 4]));
    assert_eq!(world.metric("roomtalk_hub_gaps_filled_total"), "1");
}

#[tokio::test]
async fn what_was_heard_of_and_does_not_come_is_read() {
    let world = world().await;
    let mut actor = world.actor().await;
    let second = world.append("2").await;
    actor.obey(Command::Heard { seq: second.seq, sent: None }).await;
    let (at, pending) = actor.pending.unwrap();
    assert_eq!((actor.log.last(), pending), (1, Pending::Awaited));
    actor.due(at).await;
    assert_eq!((actor.log.last(), actor.pending), (2, None));
}

#[tokio::test]
async fn what_comes_in_time_need_not_be_read() {
    let world = world().await;
    let mut actor = world.actor().await;
    let second = world.append("2").await;
    actor.obey(Command::Heard { seq: second.seq, sent: None }).await;
    actor.obey(Command::Message(second, None)).await;
    assert_eq!((actor.log.last(), actor.pending), (2, None));
    assert_eq!(world.metric("roomtalk_hub_gaps_filled_total"), "0");
}

#[tokio::test]
async fn a_gap_that_can_not_be_read_is_tried_again_and_shows_nothing_meanwhile() {
    let world = world().await;
    let mut actor = world.actor().await;
    world.append("2").await;
    let third = world.append("3").await;
    let World { gateway, hub, .. } = world;
    gateway.shutdown().await;
    actor.message(third).await;
    assert_eq!((actor.log.last(), actor.heard), (1, 3));
    assert!(matches!(actor.pending, Some((at, Pending::Log)) if at > Instant::now()));
    assert!(hub.metrics.text().contains("outcome=\"unavailable\"} 1"));
}

#[tokio::test]
async fn entries_that_were_heard_of_and_are_gone_start_the_room_anew() {
    let world = world().await;
    let mut actor = world.actor().await;
    let second = world.append("2").await;
    actor.message(second).await;
    // The store went back: it never had the entry 9 that some hub was told of.
    actor.heard = 9;
    actor.catch_up().await;
    assert_eq!((actor.log.last(), actor.heard, actor.pending), (world.newest().await, 2, None));
    assert_eq!(world.metric("roomtalk_hub_resets_total"), "1");
}

#[tokio::test]
async fn another_message_at_a_known_place_starts_the_room_anew() {
    let world = world().await;
    let mut actor = world.actor().await;
    let second = world.append("2").await;
    actor.message(second.clone()).await;
    let other = Entry { id: "00000000-0000-4000-8000-000000000000".to_owned(), ..second };
    actor.message(other).await;
    assert_eq!(world.metric("roomtalk_hub_resets_total"), "1");
}

#[tokio::test]
async fn entries_of_later_kinds_are_counted() {
    let world = world().await;
    let mut actor = world.actor().await;
    actor.obey(Command::Entry { seq: 2 }).await;
    assert_eq!(actor.log.last(), 2);
}

#[tokio::test]
async fn members_elsewhere_are_counted_until_their_hub_is_gone() {
    let world = world().await;
    let mut actor = world.actor().await;
    let there = || ("hub".to_owned(), "bob".to_owned());
    let moved = |action| {
        let (hub, client) = there();
        Command::Presence { hub, client, action }
    };
    actor.obey(moved(Action::Join)).await;
    assert_eq!(actor.presence.count(), 1);
    actor.obey(moved(Action::Leave)).await;
    assert_eq!(actor.presence.count(), 0);
    actor.obey(moved(Action::Join)).await;
    actor.obey(Command::HubGone { hub: there().0 }).await;
    assert_eq!(actor.presence.count(), 0);
}
