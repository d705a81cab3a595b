//! Limits: counted in the store, so that every instance of every edge counts together.

use std::net::IpAddr;

use domain::{ClientId, Code, Draft, NewRoom, RateLimits, RoomId};
use store::{Error, Quota};

use crate::images::image;
use crate::world::{NOW, World, anonymous_draft, client, contents, on_every_store};

fn quota(limits: &str, address: &str) -> Quota {
    Quota { limits: RateLimits::parse(limits).unwrap(), address: address.parse::<IpAddr>().ok() }
}

/// The seconds to wait, if the refusal is a limit's.
fn wait<T>(result: Result<T, Error>) -> Option<u64> {
    match result {
        Ok(_) => None,
        Err(Error::Refused(refusal)) if refusal.code == Code::RateLimited => refusal.retry_after,
        Err(error) => panic!("{error}"),
    }
}

fn from(sender: &str, room: &RoomId) -> Draft {
    let client: ClientId = client(sender);
    Draft { client, ..anonymous_draft(room, "x") }
}

on_every_store! {
    async fn a_client_is_counted_whatever_room_and_address_it_uses(world: &World) {
        let (first, second) = (world.room().await, world.room().await);
        let limits = "messages=1/s:3";
        for (room, address) in [(&first, "192.0.2.1"), (&second, "192.0.2.2"), (&first, "192.0.2.3")] {
            let sent = world.store.append_within(&from("ada", room), NOW, &quota(limits, address)).await;
            assert_eq!(wait(sent), None);
        }
        let quota = quota(limits, "192.0.2.4");
        assert_eq!(wait(world.store.append_within(&from("ada", &second), NOW, &quota).await), Some(1));
        assert_eq!(wait(world.store.append_within(&from("bob", &second), NOW, &quota).await), None);
        assert_eq!(wait(world.store.append_within(&from("ada", &second), NOW + 1000, &quota).await), None);
        assert_eq!(wait(world.store.append_within(&from("ada", &second), NOW + 1000, &quota).await), Some(1));
        assert_eq!(contents(&world.page(&first, store::Cursor::Newest, 10).await).len(), 2, "nothing refused is stored");
    }

    async fn an_address_is_counted_whatever_client_it_uses(world: &World) {
        let room = world.room().await;
        let limits = "messages=1/s:3";
        for sender in ["ada", "bob", "cem"] {
            let sent = world.store.append_within(&from(sender, &room), NOW, &quota(limits, "2001:db8::1")).await;
            assert_eq!(wait(sent), None);
        }
        let same_network = quota(limits, "2001:db8::2");
        assert_eq!(wait(world.store.append_within(&from("dan", &room), NOW, &same_network).await), Some(1));
        let elsewhere = quota(limits, "2001:db8:0:1::1");
        assert_eq!(wait(world.store.append_within(&from("dan", &room), NOW, &elsewhere).await), None);
    }

    async fn a_retry_of_what_is_stored_is_answered_and_not_counted(world: &World) {
        let room = world.room().await;
        let quota = quota("messages=1/h", "192.0.2.1");
        let draft = world.draft(&room, "x");
        let first = world.store.append_within(&draft, NOW, &quota).await.unwrap();
        for _ in 0..3 {
            let again = world.store.append_within(&draft, NOW, &quota).await.unwrap();
            assert!(again.repeated && again.message.seq == first.message.seq);
        }
        let other = world.draft(&room, "y");
        assert_eq!(wait(world.store.append_within(&other, NOW, &quota).await), Some(3600));
    }

    async fn a_refused_message_does_not_use_up_the_image_that_it_names(world: &World) {
        let room = world.room().await;
        let (id, file) = image(&room, "x");
        world.store.put_image(&room, &file).await.unwrap();
        let draft = Draft { images: vec![id], ..world.draft(&room, "x") };
        let quota = quota("messages=1/s:1", "192.0.2.1");
        assert_eq!(wait(world.store.append_within(&from("sender", &room), NOW, &quota).await), None);
        assert_eq!(wait(world.store.append_within(&draft, NOW, &quota).await), Some(1));
        let stored = world.store.append_within(&draft, NOW + 1000, &quota).await.unwrap();
        assert_eq!(stored.message.images.len(), 1);
    }

    async fn rooms_are_counted_by_address(world: &World) {
        let new = |creator: &str| NewRoom::new(client(creator), "a room", "").unwrap();
        let create = async |creator: &str, address: &str, now: u64| {
            wait(world.store.create_room_within(&new(creator), now, &quota("on", address)).await)
        };
        for number in 0..10 {
            assert_eq!(create(&format!("creator{number}"), "192.0.2.1", NOW).await, None);
        }
        assert_eq!(create("another", "192.0.2.1", NOW).await, Some(360));
        assert_eq!(create("another", "192.0.2.2", NOW).await, None);
        assert_eq!(create("another", "192.0.2.1", NOW + 360_000).await, None);
        assert_eq!(world.store.status().await.unwrap().0, 12);
    }

    async fn uploads_are_counted_by_number_and_by_bytes(world: &World) {
        let room = world.room().await;
        let (_, file) = image(&room, "0123456789");
        let put = async |quota: &Quota, now: u64| wait(world.store.put_image_within(&room, &file, now, quota).await);
        let few = quota("uploads=2/h,upload_bytes=off", "192.0.2.1");
        assert_eq!((put(&few, NOW).await, put(&few, NOW).await, put(&few, NOW).await), (None, None, Some(1800)));
        let small = Quota { address: "192.0.2.2".parse().ok(), ..quota("uploads=off,upload_bytes=10/s:25", "") };
        let bytes = file.meta.bytes;
        assert_eq!(bytes, 10);
        assert_eq!((put(&small, NOW).await, put(&small, NOW).await, put(&small, NOW).await), (None, None, Some(1)));
        assert_eq!(put(&small, NOW + 500).await, None);
    }

    async fn what_is_not_stored_leaves_no_bucket_and_every_bucket_ends(world: &World) {
        let room = world.room().await;
        let quota = quota("on", "192.0.2.1");
        let unknown = from("ada", &crate::world::unknown_room());
        assert!(world.store.append_within(&unknown, NOW, &quota).await.is_err());
        let buckets = async || world.keys().await.into_iter().filter(|key| key.starts_with("limit:")).collect::<Vec<_>>();
        assert_eq!(buckets().await, Vec::<String>::new());
        world.store.append_within(&from("ada", &room), NOW, &quota).await.unwrap();
        let (_, file) = image(&room, "x");
        world.store.put_image_within(&room, &file, NOW, &quota).await.unwrap();
        world.store.create_room_within(&NewRoom::new(client("ada"), "r", "").unwrap(), NOW, &quota).await.unwrap();
        let buckets = buckets().await;
        assert_eq!(buckets.len(), 4, "{buckets:?}");
        for bucket in buckets {
            let ttl = world.command(&["PTTL", &bucket]).await.int().unwrap();
            assert!((1..=3_600_000).contains(&ttl), "{bucket} lives for {ttl} ms");
        }
    }
}
