//! A store that a newer version has used is not written into.

use domain::{Code, NewRoom, RateLimits, Room};
use store::{Error, Event, LAYOUT, Quota, Store, Transport};
use upstash::Reply;

use crate::images::image;
use crate::world::{NOW, World, anonymous_draft, client, code, on_every_store};

const KEY: &str = "room:layout";

/// The refusal of an operation, which names both layouts.
fn refused<O: std::fmt::Debug>(outcome: Result<O, Error>) {
    let Err(Error::Refused(refusal)) = outcome else { panic!("not refused: {outcome:?}") };
    assert_eq!(refusal.code, Code::StoreNewer, "{refusal}");
    assert!(refusal.message.contains("layout 2,") && refusal.message.contains("up to 1"), "{refusal}");
}

/// A store as a newer version leaves it.
async fn upgrade(world: &World) {
    world.command(&["SET", KEY, "2"]).await;
}

fn new_room() -> NewRoom {
    NewRoom::new(client("ada"), "x", "").unwrap()
}

/// A client of the store that has not asked for its layout yet.
fn newcomer(world: &World) -> Store<impl Transport> {
    world.keeping(200_000)
}

on_every_store! {
    async fn a_store_without_a_layout_is_taken_as_the_first_and_gets_it_once(world: &World) {
        let room = world.room().await;
        assert_eq!(world.command(&["GET", KEY]).await, Reply::Nil);
        world.store.look_at_layout().await.unwrap();
        assert_eq!(world.command(&["GET", KEY]).await, Reply::Nil);
        world.store.claim_layout().await.unwrap();
        world.store.claim_layout().await.unwrap();
        assert_eq!(world.command(&["GET", KEY]).await, Reply::Bytes(LAYOUT.to_string().into()));
        world.store.append(&world.draft(&room, "x"), NOW).await.unwrap();
    }

    async fn every_write_into_a_newer_store_is_refused_and_changes_nothing(world: &World) {
        let room = world.room().await;
        let quota = Quota { limits: RateLimits::default(), address: "192.0.2.1".parse().ok() };
        let (_, image) = image(&room, "x");
        let old: Room = world.store.room(&room).await.unwrap().unwrap();
        let begun = world.store.import_begin(&domain::RoomId::generate().unwrap(), &old, 0).await.unwrap();
        let store::Begun::At(at) = begun else { panic!("{begun:?}") };
        upgrade(world).await;
        let keys = world.keys().await;

        for quota in [Quota::NONE, quota] {
            for draft in [world.draft(&room, "x"), anonymous_draft(&room, "x")] {
                refused(newcomer(world).append_within(&draft, NOW, &quota).await);
            }
            refused(newcomer(world).create_room_within(&new_room(), NOW, &quota).await);
            refused(newcomer(world).put_image_within(&room, &image, NOW, &quota).await);
        }
        refused(newcomer(world).import_begin(&room, &old, 0).await);
        refused(newcomer(world).import_messages(&room, &at, &[], 1).await);
        let told = newcomer(world);
        refused(told.claim_layout().await);
        refused(told.look_at_layout().await);
        // These don't ask; the hub, which alone calls them, knows.
        refused(told.enter(&room, "hub", &client("ada")).await.map(drop));
        refused(told.join(&room, "hub", &client("ada")).await);
        refused(told.leave(&room, "hub", &client("ada")).await);
        refused(told.forget(&room, &[("ada".to_owned(), "hub".to_owned())]).await);
        refused(told.beat("hub").await);

        assert_eq!(world.keys().await, keys);
        assert_eq!(world.contents(&room).await, [""; 0]);
        assert_eq!(world.command(&["GET", KEY]).await, Reply::Bytes("2".into()));
    }

    async fn whoever_works_on_a_store_that_becomes_newer_is_refused_by_the_next_write_that_reads(world: &World) {
        let room = world.room().await;
        world.store.append(&world.draft(&room, "before"), NOW).await.unwrap();
        upgrade(world).await;
        let draft = world.draft(&room, "after");
        refused(world.store.append(&draft, NOW).await.map(drop));
        assert!(world.store.newer_layout().is_some());
        // From now on also by those that would cost a command.
        refused(world.store.append(&anonymous_draft(&room, "after"), NOW).await.map(drop));
        refused(world.store.join(&room, "hub", &client("ada")).await);
        // A backup was restored.
        world.command(&["SET", KEY, "1"]).await;
        assert!(!world.store.append(&draft, NOW).await.unwrap().repeated);
        assert!(world.store.newer_layout().is_none());
        world.store.join(&room, "hub", &client("ada")).await.unwrap();
        assert_eq!(world.contents(&room).await, ["before", "after"]);
    }

    async fn what_is_no_number_is_newer(world: &World) {
        let room = world.room().await;
        for layout in ["", "two", "1.5"] {
            world.command(&["SET", KEY, layout]).await;
            for outcome in [world.store.append(&world.draft(&room, "x"), NOW).await.map(drop), world.store.claim_layout().await] {
                assert_eq!(code(outcome.unwrap_err()), Code::StoreNewer, "{layout:?}");
            }
        }
    }

    async fn a_beat_tells_the_layout_that_its_hub_writes(world: &World) {
        let hub = world.hub_store();
        let mut events = hub.subscribe().await.unwrap();
        hub.beat("one").await.unwrap();
        let event = events.next().await.unwrap();
        assert!(matches!(event, Event::Beat { layout: Some(LAYOUT), .. }), "{event:?}");
        world.store.heard_of_layout(LAYOUT);
        assert!(world.store.newer_layout().is_none());
        world.store.heard_of_layout(2);
        refused(world.store.beat("two").await);
    }
}
