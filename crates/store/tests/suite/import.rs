//! Bringing rooms in from another store.

use std::time::Duration;

use domain::{Code, Message, MessageType, Room, RoomId};
use store::{Begun, Cursor, Imported, Progress};
use tokio::time::timeout;

use crate::images::image;
use crate::world::{NOW, World, anonymous_draft, client, code, contents, message_id, on_every_store};

const CREATED: u64 = NOW - 1_000_000;

fn old_room() -> (RoomId, Room) {
    let id = RoomId::parse("AbCdEf0123").unwrap();
    let room = Room {
        id: id.to_string(),
        name: "An old room".to_owned(),
        description: String::new(),
        created_at: domain::timestamp(CREATED),
        creator_id: "owner".to_owned(),
    };
    (id, room)
}

fn old_message(number: u64) -> Message {
    Message {
        id: message_id(number).to_string(),
        client_id: "sender".to_owned(),
        content: format!("{number} \"\\u0041\" 王小明 👋"),
        room_id: old_room().0.to_string(),
        timestamp: domain::timestamp(CREATED + number),
        message_type: MessageType::Text,
        username: Some("Ada".to_owned()),
        avatar: None,
        mime_type: None,
        images: Vec::new(),
        reply_to: None,
        edited_at: None,
        seq: 0,
    }
}

async fn begin(world: &World) -> Progress {
    let (id, room) = old_room();
    match world.store.import_begin(&id, &room, 0).await.unwrap() {
        Begun::At(progress) => progress,
        Begun::Taken => panic!("taken"),
    }
}

async fn append(world: &World, at: &Progress, messages: &[Message]) -> Progress {
    let position = at.position + messages.len() as u64;
    match world.store.import_messages(&old_room().0, at, messages, position).await.unwrap() {
        Imported::Stored(progress) => progress,
        Imported::Used => panic!("used"),
    }
}

async fn open(world: &World) {
    let (id, room) = old_room();
    world.store.import_open(&id, &room, &client("owner"), CREATED).await.unwrap();
}

on_every_store! {
    async fn a_room_is_seen_once_it_is_whole_and_is_then_as_if_it_had_been_used_here(world: &World) {
        let (id, room) = old_room();
        let staged = begin(world).await;
        assert_eq!(staged, Progress { start: 0, position: 0, seq: 1, open: false });
        let staged = append(world, &staged, &[old_message(1), old_message(2)]).await;
        assert!(world.store.room(&id).await.unwrap().is_none());
        assert_eq!(code(world.store.page(&id, store::PageRequest::new(Cursor::Newest, 1)).await.unwrap_err()), Code::RoomNotFound);
        assert_eq!(code(world.store.append(&anonymous_draft(&id, "x"), NOW).await.unwrap_err()), Code::RoomNotFound);
        let page = world.store.imported_page(&id, &staged, 1, 10).await.unwrap();
        assert_eq!(page.messages.len(), 2);

        open(world).await;
        assert_eq!(world.store.room(&id).await.unwrap(), Some(room.clone()));
        assert_eq!(world.store.rooms_of(&client("owner")).await.unwrap(), std::slice::from_ref(&room));
        assert_eq!(world.store.status().await.unwrap().0, 1);
        assert!(world.store.is_listed(&id, &client("owner"), CREATED).await.unwrap());
        assert!(!world.store.is_listed(&id, &client("owner"), CREATED + 1).await.unwrap());
        assert!(!world.store.is_listed(&id, &client("another"), CREATED).await.unwrap());
        let page = world.page(&id, Cursor::After(0), 10).await;
        assert_eq!(page.messages, [Message { seq: 2, ..old_message(1) }, Message { seq: 3, ..old_message(2) }]);
        assert_eq!((page.first_seq, page.has_before), (Some(1), false));
        let log = format!("room:{{{id}}}:log");
        let first = world.command(&["XRANGE", &log, "-", "+", "COUNT", "1"]).await;
        assert!(format!("{first:?}").contains("created"), "{first:?}");
        assert_eq!(world.store.append(&anonymous_draft(&id, "new"), NOW).await.unwrap().message.seq, 4);
        assert!(!world.keys().await.iter().any(|key| key.ends_with(":importing")));
    }

    async fn the_first_entry_is_that_of_a_room_created_here(world: &World) {
        let (_, room) = old_room();
        let here = world.create_room("here").await;
        let entry = |id: &str, room: &Room| (id.to_owned(), serde_json::to_string(room).unwrap());
        begin(world).await;
        open(world).await;
        for (id, json) in [entry(&here.id, &here), entry(&room.id, &room)] {
            let reply = world.command(&["XRANGE", &format!("room:{{{id}}}:log"), "-", "+"]).await;
            let text = format!("{reply:?}");
            let fields = reply.array().unwrap().remove(0).array().unwrap().remove(1).array().unwrap();
            let fields: Vec<_> = fields.into_iter().map(|field| field.text().unwrap()).collect();
            assert_eq!(fields, ["k", "created", "id", &id, "m", &json], "{text}");
        }
    }

    async fn how_far_it_came_is_told_to_whoever_takes_it_up(world: &World) {
        let (id, room) = old_room();
        let Begun::At(first) = world.store.import_begin(&id, &room, 7).await.unwrap() else { panic!("taken") };
        assert_eq!(first, Progress { start: 7, position: 7, seq: 1, open: false });
        let second = append(world, &first, &[old_message(1)]).await;
        // Where it begins was settled by the first.
        assert_eq!(world.store.import_begin(&id, &room, 9).await.unwrap(), Begun::At(second));
        let Imported::Stored(third) = world.store.import_messages(&id, &second, &[], 12).await.unwrap() else { panic!("used") };
        assert_eq!(third, Progress { start: 7, position: 12, seq: 2, open: false });
        open(world).await;
        assert_eq!(world.store.import_begin(&id, &room, 0).await.unwrap(), Begun::At(Progress { open: true, ..third }));
        let late = append(world, &Progress { open: true, ..third }, &[old_message(2)]).await;
        assert_eq!(late, Progress { start: 7, position: 13, seq: 3, open: true });
    }

    async fn two_at_work_on_one_room_store_each_message_once(world: &World) {
        let at = begin(world).await;
        append(world, &at, &[old_message(1)]).await;
        let again = world.store.import_messages(&old_room().0, &at, &[old_message(1)], 1).await;
        assert_eq!(code(again.unwrap_err()), Code::StoreUnavailable);
        let page = world.store.imported_page(&old_room().0, &at, 1, 10).await.unwrap();
        assert_eq!(page.messages.len(), 1);
    }

    async fn what_was_appended_before_it_could_be_noted_is_not_appended_again(world: &World) {
        let (id, room) = old_room();
        let at = begin(world).await;
        append(world, &at, &[old_message(1), old_message(2)]).await;
        // A script that failed at its last command.
        world.command(&["SET", &format!("room:{{{id}}}:imported"), "0:0:1"]).await;
        assert_eq!(world.store.import_begin(&id, &room, 0).await.unwrap(), Begun::At(at));
        let at = append(world, &at, &[old_message(1), old_message(2), old_message(3)]).await;
        let page = world.store.imported_page(&id, &at, 1, 10).await.unwrap();
        assert_eq!(contents(&page), [1, 2, 3].map(|n| old_message(n).content));
    }

    async fn a_room_in_use_takes_no_more_old_messages(world: &World) {
        let (id, _) = old_room();
        let at = begin(world).await;
        let at = Progress { open: true, ..append(world, &at, &[old_message(1)]).await };
        open(world).await;
        world.store.append(&anonymous_draft(&id, "new"), NOW).await.unwrap();
        let outcome = world.store.import_messages(&id, &at, &[old_message(2), old_message(3)], 3).await.unwrap();
        assert_eq!(outcome, Imported::Used);
        assert_eq!(world.contents(&id).await, [old_message(1).content, "new".to_owned()]);
    }

    async fn a_room_that_was_made_here_is_left_alone(world: &World) {
        let here = world.create_room("here").await;
        let id = RoomId::parse(&here.id).unwrap();
        let (_, room) = old_room();
        let keys = world.keys().await;
        assert_eq!(world.store.import_begin(&id, &room, 0).await.unwrap(), Begun::Taken);
        assert_eq!(world.keys().await, keys);
        assert_eq!(world.store.room(&id).await.unwrap(), Some(here));
    }

    async fn images_stay_for_good_once_a_message_names_them(world: &World) {
        let (id, _) = old_room();
        let at = begin(world).await;
        let (image_id, file) = image(&id, "pixels");
        let message = Message { images: vec![file.meta.clone(), file.meta.clone()], ..old_message(1) };
        let missing = world.store.import_messages(&id, &at, std::slice::from_ref(&message), 1).await;
        assert_eq!(code(missing.unwrap_err()), Code::ImageExpired);
        let key = format!("room:{{{id}}}:image:{image_id}");
        world.store.import_image(&id, &at, &file).await.unwrap();
        assert!(world.command(&["TTL", &key]).await.int().unwrap() > 86_000);
        append(world, &at, std::slice::from_ref(&message)).await;
        assert_eq!(world.command(&["TTL", &key]).await.int().unwrap(), -1);
        open(world).await;
        assert_eq!(world.store.image(&id, &image_id).await.unwrap().unwrap().data, file.data);
        assert_eq!(world.page(&id, Cursor::Newest, 10).await.messages, [Message { seq: 2, ..message }]);
    }

    async fn nobody_is_told(world: &World) {
        let mut events = world.hub_store().subscribe().await.unwrap();
        let at = begin(world).await;
        append(world, &at, &[old_message(1)]).await;
        open(world).await;
        let told = world.create_room("told").await;
        let event = timeout(Duration::from_secs(30), events.next()).await.expect("no event came").unwrap();
        assert!(matches!(&event, store::Event::Room { room, .. } if *room == told), "{event:?}");
    }

    async fn a_log_is_read_from_its_oldest_message_on(world: &World) {
        let room = world.room().await;
        world.fill(&room, 5).await;
        let page = world.store.page_from(&room, 1, 3).await.unwrap();
        assert_eq!((contents(&page), page.first_seq, page.next_after), (vec!["0".into(), "1".into()], Some(1), 3));
        assert_eq!((page.latest_seq, page.has_after, page.recovered), (6, true, true));
        let page = world.store.page_from(&room, 4, 3).await.unwrap();
        assert_eq!((contents(&page).len(), page.next_after, page.has_after), (3, 6, false));
        let page = world.store.page_from(&room, 7, 3).await.unwrap();
        assert_eq!((page.messages.len(), page.first_seq, page.next_after), (0, None, 6));
        world.command(&["XTRIM", &format!("room:{{{room}}}:log"), "MAXLEN", "2"]).await;
        let page = world.store.page_from(&room, 1, 3).await.unwrap();
        assert_eq!((contents(&page), page.first_seq, page.recovered), (vec!["3".into(), "4".into()], Some(5), false));
        let unknown = world.store.page_from(&crate::world::unknown_room(), 1, 3).await;
        assert_eq!(code(unknown.unwrap_err()), Code::RoomNotFound);
    }
}
