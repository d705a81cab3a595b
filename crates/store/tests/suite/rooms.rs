//! Rooms.

use domain::{NewRoom, RoomId};
use store::Cursor;

use crate::world::{NOW, World, client, on_every_store, unknown_room};

on_every_store! {
    async fn a_room_is_read_as_it_was_created(world: &World) {
        let new = NewRoom::new(client("ada"), "  \"Quoted\" 王 👋  ", " a\\description\n").unwrap();
        let room = world.store.create_room(&new, NOW).await.unwrap();
        assert_eq!((room.name.as_str(), room.description.as_str()), ("\"Quoted\" 王 👋", "a\\description"));
        assert_eq!((room.created_at.as_str(), room.creator_id.as_str()), ("2026-11-24T00:00:00.000Z", "ada"));
        let id = RoomId::parse(&room.id).unwrap();
        assert_eq!(world.store.room(&id).await.unwrap().unwrap(), room);
        assert_eq!(world.store.rooms_of(&client("ada")).await.unwrap(), [room]);
        assert_eq!(world.page(&id, Cursor::Newest, 10).await.latest_seq, 1);
    }

    async fn an_unknown_room_is_none(world: &World) {
        assert_eq!(world.store.room(&unknown_room()).await.unwrap(), None);
    }

    async fn a_clients_rooms_are_its_own_and_come_newest_last(world: &World) {
        let mut expected = Vec::new();
        for (number, at) in [3u64, 1, 2].into_iter().enumerate() {
            let new = NewRoom::new(client("ada"), &number.to_string(), "").unwrap();
            expected.push((at, world.store.create_room(&new, NOW + at).await.unwrap()));
            let other = NewRoom::new(client("bob"), "other", "").unwrap();
            world.store.create_room(&other, NOW).await.unwrap();
        }
        expected.sort_by_key(|(at, _)| *at);
        let expected: Vec<_> = expected.into_iter().map(|(_, room)| room).collect();
        assert_eq!(world.store.rooms_of(&client("ada")).await.unwrap(), expected);
        assert!(world.store.rooms_of(&client("nobody")).await.unwrap().is_empty());
    }

    async fn more_rooms_than_one_request_reads_come_all(world: &World) {
        for number in 0..201u64 {
            let new = NewRoom::new(client("ada"), &number.to_string(), "").unwrap();
            world.store.create_room(&new, NOW + number).await.unwrap();
        }
        let names: Vec<_> =
            world.store.rooms_of(&client("ada")).await.unwrap().into_iter().map(|room| room.name).collect();
        assert_eq!(names, (0..201).map(|number| number.to_string()).collect::<Vec<_>>());
    }

    async fn the_status_counts_rooms_and_knows_a_live_hub(world: &World) {
        assert_eq!(world.store.status().await.unwrap(), (0, false));
        world.room().await;
        world.room().await;
        world.store.beat("hub").await.unwrap();
        assert_eq!(world.store.status().await.unwrap(), (2, true));
    }
}
