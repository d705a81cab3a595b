//! What an operation costs: requests on the wire, and commands as Upstash counts them (a script is one, and each call in it
//! one more), told by redis-server's own statistics.

use std::collections::BTreeMap;

use domain::{Draft, ImageId, NewRoom, RateLimits, RoomId};
use store::{Cursor, PageRequest, Quota, ReqwestTransport, Store};
use traces::TraceParent;

use crate::images::image;
use crate::world::{NOW, RedisServer, World, anonymous_draft, client};

/// How often each command was called, by clients and inside scripts; not the ones that the test and the gateway need to look
/// after themselves.
async fn calls(redis: &RedisServer) -> BTreeMap<String, u64> {
    let stats = redis.say("INFO commandstats").await;
    let lines = stats.lines().filter_map(|line| line.strip_prefix("cmdstat_")?.split_once(":calls="));
    lines
        .filter(|(name, _)| {
            !["info", "ping", "hello", "select", "multi", "exec"].contains(name) && !name.starts_with("client")
        })
        .map(|(name, rest)| (name.to_owned(), rest.split(',').next().unwrap().parse().unwrap()))
        .collect()
}

/// What `operation` sent and what it cost, once the store knows the scripts. What the store says that it was billed must be what
/// the server has counted.
async fn cost<O>(world: &World, operation: impl AsyncFn() -> O) -> (Vec<String>, u64, BTreeMap<String, u64>) {
    let redis = world.redis.as_ref().unwrap();
    let before = calls(redis).await;
    world.requests.take();
    let (_, billed) = store::billed(operation()).await;
    let sent = world.requests.take();
    let mut calls = calls(redis).await;
    for (name, count) in before {
        *calls.get_mut(&name).unwrap() -= count;
    }
    calls.retain(|_, count| *count > 0);
    assert_eq!(billed, calls.values().sum::<u64>(), "{calls:?}");
    (sent, billed, calls)
}

#[tokio::test]
async fn a_text_message_with_an_id_costs_five_and_one_request() {
    let world = World::redis().await;
    let room = world.room().await;
    world.fill(&room, 1).await;
    let draft = world.draft(&room, "x");
    let (sent, billed, calls) = cost(&world, async || world.store.append(&draft, NOW).await.unwrap()).await;
    assert_eq!(sent, ["/ EVALSHA"]);
    assert_eq!(billed, 5, "{calls:?}");
}

#[tokio::test]
async fn a_trace_costs_nothing() {
    let world = World::redis().await;
    let room = world.room().await;
    world.fill(&room, 1).await;
    let draft = world.draft(&room, "x");
    let parent = TraceParent::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    let append = async || world.store.append_traced(&draft, NOW, &Quota::NONE, parent).await.unwrap();
    let (sent, billed, calls) = cost(&world, append).await;
    assert_eq!((sent.len(), billed), (1, 5), "{calls:?}");
}

#[tokio::test]
async fn a_text_message_without_an_id_costs_three() {
    let world = World::redis().await;
    let room = world.room().await;
    world.fill(&room, 1).await;
    let draft = anonymous_draft(&room, "x");
    let (sent, billed, calls) = cost(&world, async || world.store.append(&draft, NOW).await.unwrap()).await;
    assert_eq!((sent.len(), billed), (1, 3), "{calls:?}");
}

#[tokio::test]
async fn limits_on_client_and_address_cost_two_more_and_no_request() {
    let world = World::redis().await;
    let room = world.room().await;
    let quota = Quota { limits: RateLimits::default(), address: "192.0.2.1".parse().ok() };
    let append = async |draft: &Draft| world.store.append_within(draft, NOW, &quota).await.unwrap();
    append(&world.draft(&room, "x")).await;
    for (draft, expected) in [(world.draft(&room, "x"), 7), (anonymous_draft(&room, "x"), 6)] {
        let (sent, billed, calls) = cost(&world, async || append(&draft).await).await;
        assert_eq!((sent.len(), billed), (1, expected), "{calls:?}");
    }
    let (_, image) = image(&room, "x");
    let put = async || world.store.put_image_within(&room, &image, NOW, &quota).await.unwrap();
    put().await;
    let (sent, billed, calls) = cost(&world, put).await;
    assert_eq!((sent.len(), billed), (1, 6), "an image that is there already: {calls:?}");
    let (_, another) = crate::images::image(&room, "y");
    let put = async || world.store.put_image_within(&room, &another, NOW, &quota).await.unwrap();
    let (sent, billed, calls) = cost(&world, put).await;
    assert_eq!((sent.len(), billed), (1, 6), "a new image: {calls:?}");
    let new = NewRoom::new(client("ada"), "x", "").unwrap();
    let create = async || world.store.create_room_within(&new, NOW, &quota).await.unwrap();
    create().await;
    let (sent, billed, calls) = cost(&world, create).await;
    assert_eq!((sent.len(), billed), (1, 8), "{calls:?}");
}

#[tokio::test]
async fn each_image_costs_two_more() {
    let world = World::redis().await;
    let room = world.room().await;
    world.fill(&room, 1).await;
    for count in [1, 2, 9] {
        let images: Vec<_> = (0..count).map(|number| image(&room, &format!("{count} {number}"))).collect();
        for (_, image) in &images {
            world.store.put_image(&room, image).await.unwrap();
        }
        let draft = Draft { images: images.into_iter().map(|(id, _)| id).collect(), ..world.draft(&room, "x") };
        let (sent, billed, calls) = cost(&world, async || world.store.append(&draft, NOW).await.unwrap()).await;
        assert_eq!((sent.len(), billed), (1, 5 + 2 * count), "{calls:?}");
    }
}

#[tokio::test]
async fn a_retry_costs_three() {
    let world = World::redis().await;
    let room = world.room().await;
    let draft = world.draft(&room, "x");
    world.store.append(&draft, NOW).await.unwrap();
    let (_, billed, calls) = cost(&world, async || world.store.append(&draft, NOW).await.unwrap()).await;
    assert_eq!(billed, 3, "{calls:?}");
}

#[tokio::test]
async fn a_quiet_poll_costs_one() {
    let world = World::redis().await;
    let room = world.room().await;
    world.fill(&room, 150).await;
    let poll = PageRequest::new(Cursor::After(151), 200);
    let (sent, billed, calls) = cost(&world, async || world.store.page(&room, poll.clone()).await.unwrap()).await;
    assert_eq!(sent, ["/ XRANGE"]);
    assert_eq!(billed, 1, "{calls:?}");
}

#[tokio::test]
async fn a_page_costs_the_same_however_long_the_log_is() {
    let world = World::redis().await;
    let room = world.room().await;
    for messages in [1, 300] {
        world.fill(&room, messages).await;
        for (cursor, requests, commands) in
            [(Cursor::Newest, 1, 1), (Cursor::Before(2), 1, 2), (Cursor::After(1), 1, 1)]
        {
            let request = PageRequest::new(cursor, 100);
            let read = async || world.store.page(&room, request.clone()).await.unwrap();
            let (sent, billed, calls) = cost(&world, read).await;
            assert_eq!((sent.len(), billed), (requests, commands), "{cursor:?}: {calls:?}");
        }
    }
}

#[tokio::test]
async fn every_other_operation_takes_one_request() {
    let world = World::redis().await;
    let room = world.room().await;
    let (store, ada) = (&world.store, client("ada"));
    let (id, image) = image(&room, "x");
    // Once before, so that the store knows the scripts.
    for round in 0..2 {
        let check = |operation: &str, sent: usize, billed: u64, limit: u64| {
            if round == 1 {
                assert_eq!(sent, 1, "{operation}");
                assert!(billed <= limit, "{operation}: {billed}");
            }
        };
        let (sent, billed, _) = cost(&world, async || store.enter(&room, "hub", &ada).await.unwrap()).await;
        check("enter", sent.len(), billed, 6);
        let bob = client("bob");
        let (sent, billed, _) = cost(&world, async || store.join(&room, "hub", &bob).await.unwrap()).await;
        check("join", sent.len(), billed, 3);
        store.leave(&room, "hub", &bob).await.unwrap();
        let (sent, billed, _) = cost(&world, async || store.leave(&room, "hub", &ada).await.unwrap()).await;
        check("leave", sent.len(), billed, 3);
        let (sent, billed, _) = cost(&world, async || store.beat("hub").await.unwrap()).await;
        check("beat", sent.len(), billed, 3);
        let (sent, billed, _) = cost(&world, async || store.put_image(&room, &image).await.unwrap()).await;
        check("put_image", sent.len(), billed, 5);
        let (sent, billed, _) = cost(&world, async || store.image(&room, &id).await.unwrap().unwrap()).await;
        check("image", sent.len(), billed, 1);
        let (sent, billed, _) = cost(&world, async || store.room(&room).await.unwrap().unwrap()).await;
        check("room", sent.len(), billed, 1);
        let (sent, billed, _) = cost(&world, async || world.create_room("x").await).await;
        check("create_room", sent.len(), billed, 7);
        let (sent, billed, _) = cost(&world, async || store.status().await.unwrap()).await;
        check("status", sent.len(), billed, 2);
    }
}

#[tokio::test]
async fn the_source_of_a_script_is_sent_only_when_the_store_does_not_know_it() {
    let world = World::redis().await;
    let room = world.room().await;
    world.requests.take();
    world.fill(&room, 2).await;
    assert_eq!(world.requests.take(), ["/ EVALSHA", "/ EVAL", "/ EVALSHA"]);
    world.command(&["SCRIPT", "FLUSH"]).await;
    world.fill(&room, 2).await;
    let sent = world.requests.take();
    assert_eq!(sent.iter().filter(|request| *request == "/ EVAL").count(), 1, "{sent:?}");
    assert_eq!(world.contents(&room).await, ["0", "1", "0", "1"]);
}

#[tokio::test]
async fn what_is_refused_is_counted_as_far_as_it_came() {
    let world = World::redis().await;
    let room = world.room().await;
    let store = &world.store;
    let nowhere = RoomId::generate().unwrap();
    let (_, file) = image(&room, "x");
    world.fill(&room, 1).await;
    store.put_image(&room, &file).await.unwrap();

    let append = async |draft: &Draft| store.append(draft, NOW).await.unwrap_err();
    let (_, billed, _) = cost(&world, async || append(&world.draft(&nowhere, "x")).await).await;
    assert_eq!(billed, 3, "no room");
    let gone = Draft { images: vec![ImageId::of(b"gone")], ..world.draft(&room, "x") };
    let (_, billed, _) = cost(&world, async || append(&gone).await).await;
    assert_eq!(billed, 3, "no image");
    let first = world.draft(&room, "x");
    store.append(&first, NOW).await.unwrap();
    let (_, billed, _) = cost(&world, async || append(&Draft { content: "y".to_owned(), ..first.clone() }).await).await;
    assert_eq!(billed, 2, "an id of another message");

    let limits = RateLimits::parse("messages=1/h:1,rooms=1/h:1,uploads=1/h:1").unwrap();
    let quota = Quota { limits, address: "192.0.2.1".parse().ok() };
    store.append_within(&world.draft(&room, "x"), NOW, &quota).await.unwrap();
    let late = world.draft(&room, "x");
    let (_, billed, _) = cost(&world, async || store.append_within(&late, NOW, &quota).await.unwrap_err()).await;
    assert_eq!(billed, 2, "too many messages");
    let new = NewRoom::new(client("ada"), "x", "").unwrap();
    store.create_room_within(&new, NOW, &quota).await.unwrap();
    let (_, billed, _) = cost(&world, async || store.create_room_within(&new, NOW, &quota).await.unwrap_err()).await;
    assert_eq!(billed, 2, "too many rooms");
    store.put_image_within(&room, &file, NOW, &quota).await.unwrap();
    let (_, billed, _) =
        cost(&world, async || store.put_image_within(&room, &file, NOW, &quota).await.unwrap_err()).await;
    assert_eq!(billed, 3, "too many images");
    let (_, billed, _) = cost(&world, async || store.put_image(&nowhere, &file).await.unwrap_err()).await;
    assert_eq!(billed, 3, "an image of no room");
    store.enter(&room, "hub", &client("ada")).await.unwrap();
    let (_, billed, _) = cost(&world, async || store.enter(&nowhere, "hub", &client("ada")).await.unwrap_err()).await;
    assert_eq!(billed, 2, "entering no room");
    let page = PageRequest::new(Cursor::Newest, 10);
    let (_, billed, _) = cost(&world, async || store.page(&nowhere, page.clone()).await.unwrap_err()).await;
    assert_eq!(billed, 2, "a page of no room, asked for again at the leader");
}

#[tokio::test]
async fn an_image_costs_less_when_a_message_names_it() {
    let world = World::redis().await;
    let room = world.room().await;
    let (id, file) = image(&room, "x");
    let put = async || world.store.put_image(&room, &file).await.unwrap();
    let (_, other) = image(&room, "y");
    world.store.put_image(&room, &other).await.unwrap();
    assert_eq!(cost(&world, put).await.1, 5);
    assert_eq!(cost(&world, put).await.1, 5);
    world.store.append(&Draft { images: vec![id], ..world.draft(&room, "x") }, NOW).await.unwrap();
    assert_eq!(cost(&world, put).await.1, 4);
}

#[tokio::test]
async fn what_only_hubs_do_is_counted_too() {
    let world = World::redis().await;
    let room = world.room().await;
    let (store, ada, bob) = (&world.store, client("ada"), client("bob"));
    store.enter(&room, "hub", &ada).await.unwrap();
    store.join(&room, "hub", &bob).await.unwrap();
    assert_eq!(cost(&world, async || store.join(&room, "hub", &bob).await.unwrap()).await.1, 2, "who is there");
    let gone = vec![("ada".to_owned(), "hub".to_owned()), ("cem".to_owned(), "hub".to_owned())];
    store.forget(&room, &gone).await.unwrap();
    store.join(&room, "hub", &ada).await.unwrap();
    assert_eq!(cost(&world, async || store.forget(&room, &gone).await.unwrap()).await.1, 4, "one of two was there");
    store.leave(&room, "hub", &ada).await.unwrap();
    assert_eq!(cost(&world, async || store.leave(&room, "hub", &ada).await.unwrap()).await.1, 2, "who has left");
    let hubs = ["hub".to_owned(), "other".to_owned()];
    assert_eq!(cost(&world, async || store.live_hubs(&hubs).await.unwrap()).await.1, 1);
    assert_eq!(cost(&world, async || store.retire("hub").await.unwrap()).await.1, 1);
    let new = NewRoom::new(ada.clone(), "x", "").unwrap();
    store.create_room(&new, NOW).await.unwrap();
    assert_eq!(cost(&world, async || store.rooms_of(&ada).await.unwrap()).await.1, 2, "a list of one room");
    assert_eq!(cost(&world, async || store.check().await.unwrap()).await.1, 15);
    // The gateway shares one subscription among its clients; at Upstash each has its own.
    let hub = Store::new(ReqwestTransport::new().unwrap(), world.config.clone());
    let (stream, billed) = store::billed(hub.subscribe()).await;
    assert!(stream.is_ok() && billed == 1);
}

#[tokio::test]
async fn a_script_that_the_store_has_forgotten_costs_one_more() {
    let world = World::redis().await;
    let room = world.room().await;
    world.fill(&room, 1).await;
    let draft = world.draft(&room, "x");
    world.command(&["SCRIPT", "FLUSH"]).await;
    let (sent, billed, _) = cost(&world, async || world.store.append(&draft, NOW).await.unwrap()).await;
    assert_eq!((sent.len(), billed), (2, 6));
}
