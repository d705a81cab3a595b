//! What is published, and when.

use std::time::Duration;

use domain::{Draft, NewRoom, RateLimits};
use store::{Action, Cursor, Event, Quota, Subscription};
use tokio::time::timeout;
use traces::TraceParent;

use crate::images::image;
use crate::world::{NOW, World, anonymous_draft, client, on_every_store, unknown_room};

async fn next(subscription: &mut Subscription) -> Event {
    timeout(Duration::from_secs(30), subscription.next()).await.expect("no event came").unwrap()
}

on_every_store! {
    async fn a_message_is_published_as_it_was_stored(world: &World) {
        let room = world.room().await;
        let (id, picture) = image(&room, "x");
        world.store.put_image(&room, &picture).await.unwrap();
        let mut events = world.hub_store().subscribe().await.unwrap();
        let draft = Draft { images: vec![id], ..world.draft(&room, "a, \"b\", 王\n👋") };
        let appended = world.store.append(&draft, NOW).await.unwrap();
        let Event::Message { room_id, seq, message, json, trace: None } = next(&mut events).await else { panic!() };
        assert_eq!((room_id.as_str(), seq), (room.as_str(), 2));
        assert_eq!(message, appended.message);
        assert_eq!(json.get(), appended.json.get());
    }

    async fn a_trace_that_is_kept_is_told_and_not_stored(world: &World) {
        let room = world.room().await;
        let (id, picture) = image(&room, "x");
        world.store.put_image(&room, &picture).await.unwrap();
        let mut events = world.hub_store().subscribe().await.unwrap();
        let (quota, none) = (Quota { limits: RateLimits::default(), address: "192.0.2.1".parse().ok() }, Quota::NONE);
        for (flags, told) in [("01", true), ("00", false)] {
            let parent = TraceParent::parse(&format!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{flags}"));
            // The trace stands behind all else that a script is given, and of that there is more or less.
            let full = Draft { images: vec![id.clone()], ..world.draft(&room, "with an id, an image and limits") };
            let drafts = [(full, &quota), (world.draft(&room, "with an id"), &none), (anonymous_draft(&room, "bare"), &none)];
            for (draft, quota) in drafts {
                let appended = world.store.append_traced(&draft, NOW, quota, parent).await.unwrap();
                let Event::Message { json, trace, .. } = next(&mut events).await else { panic!() };
                assert_eq!((trace, json.get()), (parent.filter(|_| told), appended.json.get()));
                assert_eq!(world.page(&room, Cursor::Newest, 1).await.json[0].get(), appended.json.get());
            }
        }
    }

    async fn only_what_changed_something_is_published(world: &World) {
        let room = world.room().await;
        let draft = world.draft(&room, "once");
        let mut events = world.hub_store().subscribe().await.unwrap();
        world.store.append(&draft, NOW).await.unwrap();
        world.store.append(&draft, NOW).await.unwrap();
        world.store.append(&Draft { content: "other".to_owned(), ..draft }, NOW).await.unwrap_err();
        world.store.append(&world.draft(&unknown_room(), "x"), NOW).await.unwrap_err();
        world.store.leave(&room, "hub", &client("nobody")).await.unwrap();
        world.store.join(&room, "hub", &client("ada")).await.unwrap();
        world.store.join(&room, "hub", &client("ada")).await.unwrap();
        world.store.beat("end").await.unwrap();
        assert!(matches!(next(&mut events).await, Event::Message { seq: 2, .. }));
        assert!(matches!(next(&mut events).await, Event::Presence { action: Action::Join, .. }));
        assert!(matches!(next(&mut events).await, Event::Beat { .. }));
    }

    async fn rooms_presence_and_beats_are_published_in_their_order(world: &World) {
        let mut events = world.hub_store().subscribe().await.unwrap();
        let room = world.store.create_room(&NewRoom::new(client("ada"), "a, \"b\"", "").unwrap(), NOW).await.unwrap();
        let id = domain::RoomId::parse(&room.id).unwrap();
        world.store.enter(&id, "hub-1", &client("bob")).await.unwrap();
        world.store.leave(&id, "hub-1", &client("bob")).await.unwrap();
        world.store.beat("hub-1").await.unwrap();

        let Event::Room { client_id, room: published } = next(&mut events).await else { panic!() };
        assert_eq!((client_id.as_str(), published), ("ada", room));
        for expected in [Action::Join, Action::Leave] {
            let Event::Presence { room_id, hub_id, client_id, action } = next(&mut events).await else { panic!() };
            assert_eq!((room_id.as_str(), hub_id.as_str(), client_id.as_str()), (id.as_str(), "hub-1", "bob"));
            assert_eq!(action, expected);
        }
        let Event::Beat { hub_id, .. } = next(&mut events).await else { panic!() };
        assert_eq!(hub_id, "hub-1");
    }

    async fn what_is_dropped_of_a_dead_hub_is_published_once(world: &World) {
        let room = world.room().await;
        world.store.enter(&room, "dead", &client("ada")).await.unwrap();
        let mut events = world.hub_store().subscribe().await.unwrap();
        let gone = [("ada".to_owned(), "dead".to_owned()), ("bob".to_owned(), "dead".to_owned())];
        world.store.forget(&room, &gone).await.unwrap();
        world.store.forget(&room, &gone).await.unwrap();
        world.store.beat("end").await.unwrap();
        let Event::Presence { hub_id, client_id, action, .. } = next(&mut events).await else { panic!() };
        assert_eq!((hub_id.as_str(), client_id.as_str(), action), ("dead", "ada", Action::Leave));
        assert!(matches!(next(&mut events).await, Event::Beat { .. }));
    }

    async fn an_event_that_cannot_be_read_does_not_end_the_stream(world: &World) {
        let mut events = world.hub_store().subscribe().await.unwrap();
        world.command(&["PUBLISH", "events", "no event"]).await;
        world.command(&["PUBLISH", "events", r#"{"kind":"later","roomId":"r","seq":7}"#]).await;
        world.store.beat("hub").await.unwrap();
        let error = timeout(Duration::from_secs(30), events.next()).await.unwrap().unwrap_err();
        assert!(matches!(&error, store::StreamError::Unreadable(text) if !text.contains("no event")), "{error}");
        assert!(matches!(next(&mut events).await, Event::Unknown { seq: Some(7), .. }));
        assert!(matches!(next(&mut events).await, Event::Beat { .. }));
    }

    async fn many_large_messages_arrive_whole_and_in_order(world: &World) {
        let room = world.room().await;
        let mut events = world.hub_store().subscribe().await.unwrap();
        let content = "王, \"👋\"\n".repeat(2000);
        for number in 0..50 {
            world.store.append(&world.draft(&room, &format!("{number}{content}")), NOW).await.unwrap();
        }
        for number in 0..50u64 {
            let Event::Message { seq, message, .. } = next(&mut events).await else { panic!() };
            assert_eq!(seq, number + 2);
            assert_eq!(message.content, format!("{number}{content}"));
        }
    }
}
