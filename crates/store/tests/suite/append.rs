//! Appending, and sending twice.

use domain::{Avatar, Code, Draft, MessageType};
use store::Cursor;

use crate::world::{NOW, World, anonymous_draft, client, code, message_id, on_every_store, unknown_room};

on_every_store! {
    async fn a_message_is_stored_as_it_is_answered(world: &World) {
        let room = world.room().await;
        let draft = Draft {
            content: "He said \"\\u0041\", 1.50 and 1e400 \u{0}\u{7}\n王小明 👋 </script>".to_owned(),
            username: Some("Ada".to_owned()),
            avatar: Some(Avatar { text: "A".to_owned(), color: "primary".to_owned() }),
            reply_to: Some(1),
            message_type: MessageType::Image,
            ..world.draft(&room, "")
        };
        let appended = world.store.append(&draft, NOW).await.unwrap();
        let message = &appended.message;
        assert!(!appended.repeated);
        assert_eq!(message.seq, 2);
        assert_eq!(message.id, draft.id.unwrap().to_string());
        assert_eq!(message.content, draft.content);
        assert_eq!(message.timestamp, "2026-11-24T00:00:00.000Z");
        assert_eq!(message.reply_to, Some(1));
        assert_eq!(appended.json.get(), serde_json::to_string(message).unwrap());

        let page = world.page(&room, Cursor::Newest, 10).await;
        assert_eq!(page.messages, std::slice::from_ref(message));
        assert_eq!(page.json[0].get(), appended.json.get());
    }

    async fn seqs_are_dense_in_each_room(world: &World) {
        let (one, other) = (world.room().await, world.room().await);
        for seq in 2..6 {
            for room in [&one, &other] {
                assert_eq!(world.store.append(&anonymous_draft(room, "x"), NOW).await.unwrap().message.seq, seq);
            }
        }
    }

    async fn the_server_gives_an_id_where_the_sender_chose_none(world: &World) {
        let room = world.room().await;
        let draft = anonymous_draft(&room, "same");
        let (first, second) =
            (world.store.append(&draft, NOW).await.unwrap(), world.store.append(&draft, NOW).await.unwrap());
        assert_ne!(first.message.id, second.message.id);
        assert!(!second.repeated);
        assert!(!world.keys().await.iter().any(|key| key.contains(":sent:")), "no id of the sender's, no mark");
    }

    async fn a_retry_answers_the_first_result_and_stores_nothing(world: &World) {
        let room = world.room().await;
        let draft = world.draft(&room, "once");
        let first = world.store.append(&draft, NOW).await.unwrap();
        world.fill(&room, 3).await;
        let renamed = Draft { username: Some("New name".to_owned()), ..draft };
        let again = world.store.append(&renamed, NOW + 60_000).await.unwrap();
        assert!(again.repeated);
        assert_eq!(again.message, first.message);
        assert_eq!(again.json.get(), first.json.get());
        assert_eq!(world.contents(&room).await, ["once", "0", "1", "2"]);
    }

    async fn many_retries_at_once_store_one(world: &World) {
        let room = world.room().await;
        let draft = world.draft(&room, "once");
        let tries: Vec<_> = (0..8)
            .map(|_| {
                let (store, draft) = (world.store.clone(), draft.clone());
                tokio::spawn(async move { store.append(&draft, NOW).await.unwrap() })
            })
            .collect();
        let mut fresh = 0;
        for attempt in tries {
            let appended = attempt.await.unwrap();
            assert_eq!(appended.message.seq, 2);
            fresh += usize::from(!appended.repeated);
        }
        assert_eq!(fresh, 1);
        assert_eq!(world.contents(&room).await, ["once"]);
    }

    async fn an_id_is_refused_to_another_sender_and_for_another_content(world: &World) {
        let room = world.room().await;
        let draft = world.draft(&room, "mine");
        world.store.append(&draft, NOW).await.unwrap();
        for other in [
            Draft { client: client("another"), ..draft.clone() },
            Draft { content: "other".to_owned(), ..draft.clone() },
            Draft { reply_to: Some(1), ..draft.clone() },
            Draft { message_type: MessageType::Image, ..draft.clone() },
        ] {
            assert_eq!(code(world.store.append(&other, NOW).await.unwrap_err()), Code::IdReused);
        }
        assert_eq!(world.contents(&room).await, ["mine"]);
    }

    async fn the_same_id_in_another_room_is_another_message(world: &World) {
        let (one, other) = (world.room().await, world.room().await);
        let draft = world.draft(&one, "x");
        world.store.append(&draft, NOW).await.unwrap();
        let there = Draft { room: other, content: "y".to_owned(), ..draft };
        assert!(!world.store.append(&there, NOW).await.unwrap().repeated);
    }

    async fn an_unknown_room_leaves_nothing_behind(world: &World) {
        for draft in [world.draft(&unknown_room(), "x"), anonymous_draft(&unknown_room(), "x")] {
            assert_eq!(code(world.store.append(&draft, NOW).await.unwrap_err()), Code::RoomNotFound);
        }
        assert_eq!(world.keys().await, [""; 0]);
    }

    async fn the_mark_of_an_id_lives_a_day(world: &World) {
        let room = world.room().await;
        let draft = world.draft(&room, "x");
        world.store.append(&draft, NOW).await.unwrap();
        let mark = format!("room:{{{room}}}:sent:{}", message_id(0));
        let ttl = world.command(&["TTL", &mark]).await.int().unwrap();
        assert!((86_000..=86_400).contains(&ttl), "{ttl}");
        let value = world.command(&["GET", &mark]).await.text().unwrap();
        assert_eq!(value, format!("sender:2:{}", draft.fingerprint()));
    }

    async fn a_retry_of_a_message_that_was_trimmed_is_refused_instead_of_stored_again(world: &World) {
        let room = world.room().await;
        let draft = world.draft(&room, "x");
        world.store.append(&draft, NOW).await.unwrap();
        world.fill(&room, 2).await;
        world.command(&["XTRIM", &format!("room:{{{room}}}:log"), "MAXLEN", "1"]).await;
        assert_eq!(code(world.store.append(&draft, NOW).await.unwrap_err()), Code::IdReused);
        assert_eq!(world.contents(&room).await, ["1"]);
    }

    async fn a_mark_that_outlived_its_message_does_not_keep_it_out(world: &World) {
        // The store went back: the log ends before the message, or its seq went to another one.
        for messages_since in [0, 1] {
            let room = world.room().await;
            let draft = world.draft(&room, "x");
            world.store.append(&draft, NOW).await.unwrap();
            let log = format!("room:{{{room}}}:log");
            world.command(&["DEL", &log]).await;
            world.command(&["XADD", &log, "0-1", "k", "created", "id", room.as_str(), "m", "{}"]).await;
            world.fill(&room, messages_since).await;
            let appended = world.store.append(&draft, NOW).await.unwrap();
            assert!(!appended.repeated);
            assert_eq!(appended.message.seq, 2 + messages_since as u64);
        }
    }

    async fn a_log_keeps_about_as_many_entries_as_configured_and_the_count_goes_on(world: &World) {
        let room = world.room().await;
        let store = world.keeping(100);
        for _ in 0..400 {
            store.append(&anonymous_draft(&room, "x"), NOW).await.unwrap();
        }
        let length = world.command(&["XLEN", &format!("room:{{{room}}}:log")]).await.int().unwrap();
        assert!((100..=250).contains(&length), "{length} entries kept");
        assert_eq!(store.append(&anonymous_draft(&room, "x"), NOW).await.unwrap().message.seq, 402);
    }
}
