//! Presence and hubs.

use domain::Code;
use store::{Entered, HubId};

use crate::world::{World, client, code, contents, on_every_store, unknown_room};

fn online(entered: &Entered) -> Vec<(&str, &str)> {
    let mut online: Vec<_> = entered.online.iter().map(|(client, hub)| (client.as_str(), hub.as_str())).collect();
    online.sort_unstable();
    online
}

fn ids(ids: &[&str]) -> Vec<HubId> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

on_every_store! {
    async fn entering_gives_the_room_its_members_and_its_newest_page(world: &World) {
        let room = world.room().await;
        world.fill(&room, 250).await;
        let entered = world.store.enter(&room, "hub-1", &client("ada")).await.unwrap();
        assert_eq!(entered.room, world.store.room(&room).await.unwrap().unwrap());
        assert_eq!(online(&entered), [("ada", "hub-1")]);
        assert_eq!(entered.page.messages.len(), 200);
        assert_eq!((entered.page.latest_seq, entered.page.first_seq, entered.page.has_before), (251, Some(52), true));
        assert_eq!(contents(&entered.page)[199], "249");

        let entered = world.store.enter(&room, "hub-2", &client("bob")).await.unwrap();
        assert_eq!(online(&entered), [("ada", "hub-1"), ("bob", "hub-2")]);
        let entered = world.store.enter(&room, "hub-2", &client("ada")).await.unwrap();
        assert_eq!(online(&entered), [("ada", "hub-1"), ("ada", "hub-2"), ("bob", "hub-2")]);
    }

    async fn an_unknown_room_cannot_be_entered_and_leaves_nothing(world: &World) {
        let error = world.store.enter(&unknown_room(), "hub", &client("ada")).await.unwrap_err();
        assert_eq!(code(error), Code::RoomNotFound);
        world.store.leave(&unknown_room(), "hub", &client("ada")).await.unwrap();
        assert!(world.keys().await.is_empty());
    }

    async fn a_hub_that_has_entered_adds_its_further_clients(world: &World) {
        let room = world.room().await;
        world.store.enter(&room, "hub-1", &client("ada")).await.unwrap();
        world.store.join(&room, "hub-1", &client("bob")).await.unwrap();
        world.store.join(&room, "hub-1", &client("bob")).await.unwrap();
        let entered = world.store.enter(&room, "hub-2", &client("ada")).await.unwrap();
        assert_eq!(online(&entered), [("ada", "hub-1"), ("ada", "hub-2"), ("bob", "hub-1")]);
    }

    async fn leaving_one_hub_keeps_the_other(world: &World) {
        let room = world.room().await;
        for hub in ["hub-1", "hub-2"] {
            world.store.enter(&room, hub, &client("ada")).await.unwrap();
        }
        world.store.leave(&room, "hub-1", &client("ada")).await.unwrap();
        world.store.leave(&room, "hub-1", &client("ada")).await.unwrap();
        let entered = world.store.enter(&room, "hub-3", &client("bob")).await.unwrap();
        assert_eq!(online(&entered), [("ada", "hub-2"), ("bob", "hub-3")]);
    }

    async fn what_a_dead_hub_left_can_be_dropped(world: &World) {
        let room = world.room().await;
        for (hub, who) in [("dead", "ada"), ("dead", "bob"), ("live", "ada")] {
            world.store.enter(&room, hub, &client(who)).await.unwrap();
        }
        let gone = [("ada".to_owned(), "dead".to_owned()), ("bob".to_owned(), "dead".to_owned())];
        world.store.forget(&room, &gone).await.unwrap();
        world.store.forget(&room, &[]).await.unwrap();
        let entered = world.store.enter(&room, "live", &client("ada")).await.unwrap();
        assert_eq!(online(&entered), [("ada", "live")]);
    }

    async fn a_hub_lives_75_seconds_after_its_beat_or_until_it_retires(world: &World) {
        world.store.beat("one").await.unwrap();
        world.store.beat("two").await.unwrap();
        assert_eq!(world.store.live_hubs(&ids(&["two", "gone", "one"])).await.unwrap(), ids(&["two", "one"]));
        assert!(world.store.live_hubs(&[]).await.unwrap().is_empty());
        for key in ["hub:one", "hub:two", "hubs:live"] {
            let ttl = world.command(&["TTL", key]).await.int().unwrap();
            assert!((60..=75).contains(&ttl), "{key}: {ttl}");
        }
        world.command(&["EXPIRE", "hub:one", "1"]).await;
        world.store.beat("one").await.unwrap();
        assert!(world.command(&["TTL", "hub:one"]).await.int().unwrap() > 60, "a beat renews it");
        world.store.retire("one").await.unwrap();
        assert_eq!(world.store.live_hubs(&ids(&["one", "two"])).await.unwrap(), ids(&["two"]));
    }
}
