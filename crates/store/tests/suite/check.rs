//! The look at a store.

use store::{Check, Durability, Error};

use crate::world::{World, on_every_store};

on_every_store! {
    async fn a_good_store_lacks_nothing_and_keeps_no_trace(world: &World) {
        let room = world.room().await;
        let keys = world.keys().await;
        assert_eq!(world.store.check().await.unwrap().lacks, [""; 0]);
        assert_eq!(world.keys().await, keys);
        assert_eq!(world.page(&room, store::Cursor::Newest, 1).await.latest_seq, 1);
    }
}

#[tokio::test]
async fn the_settings_of_a_redis_server_are_told() {
    for (lines, durability) in [
        ("", Durability::Less),
        ("appendonly yes\nappendfsync no", Durability::Less),
        ("appendonly yes\nappendfsync everysec", Durability::EverySecond),
        ("appendonly yes\nappendfsync always", Durability::Always),
    ] {
        let world = World::on_redis(lines).await;
        let check = world.store.check().await.unwrap();
        let eviction = Some("noeviction".to_owned());
        assert_eq!(check, Check { lacks: Vec::new(), durability, eviction }, "{lines:?}");
    }
}

#[tokio::test]
async fn a_store_that_lacks_something_is_told_what() {
    let world = World::on_redis("rename-command PUBLISH \"\"\nrename-command XREVRANGE \"\"").await;
    let lacks = world.store.check().await.unwrap().lacks;
    assert_eq!(lacks.len(), 2, "{lacks:?}");
    assert!(lacks[0].starts_with("XREVRANGE: "), "{lacks:?}");
    assert!(lacks[1].starts_with("PUBLISH in a script: "), "{lacks:?}");
    let world = World::on_redis("rename-command EVAL \"\"\nrename-command EVALSHA \"\"").await;
    let lacks = world.store.check().await.unwrap().lacks;
    assert!(lacks.len() == 1 && lacks[0].starts_with("EVAL: "), "{lacks:?}");
}

#[tokio::test]
async fn a_store_that_is_not_there_cannot_be_looked_at() {
    let mut world = World::redis().await;
    world.redis.as_mut().unwrap().kill();
    assert!(matches!(world.store.check().await, Err(Error::Unavailable(_))));
}
