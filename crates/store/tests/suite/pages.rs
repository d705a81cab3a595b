//! Reading pages.

use std::collections::BTreeSet;

use domain::{Code, MessageId, RoomId, limits};
use store::{Cursor, Page, PageRequest};

use crate::world::{NOW, World, anonymous_draft, code, contents, on_every_store, unknown_room};

fn seqs(page: &Page) -> Vec<u64> {
    page.messages.iter().map(|message| message.seq).collect()
}

fn log(room: &RoomId) -> String {
    format!("room:{{{room}}}:log")
}

fn after_known(seq: u64, id: &str) -> PageRequest {
    let after_id = Some(MessageId::parse(id, "afterId").unwrap());
    PageRequest { after_id, ..PageRequest::new(Cursor::After(seq), 100) }
}

on_every_store! {
    async fn a_new_rooms_page_covers_its_creation_and_holds_nothing(world: &World) {
        let room = world.room().await;
        let page = world.page(&room, Cursor::Newest, 100).await;
        assert!(page.messages.is_empty());
        assert_eq!((page.latest_seq, page.first_seq, page.next_after), (1, Some(1), 1));
        assert_eq!((page.has_before, page.has_after, page.recovered), (false, false, true));
    }

    async fn the_newest_page_is_oldest_first_and_knows_what_is_before(world: &World) {
        let room = world.room().await;
        world.fill(&room, 5).await;
        let page = world.page(&room, Cursor::Newest, 3).await;
        assert_eq!((contents(&page), seqs(&page)), (vec!["2".into(), "3".into(), "4".into()], vec![4, 5, 6]));
        assert_eq!((page.latest_seq, page.first_seq, page.next_after), (6, Some(4), 6));
        assert_eq!((page.has_before, page.has_after), (true, false));
        assert_eq!(page.latest_id, page.messages[2].id);
        let page = world.page(&room, Cursor::Newest, 6).await;
        assert_eq!((page.messages.len(), page.has_before), (5, false), "the sixth entry is the creation");
    }

    async fn paging_back_over_450_messages_gives_each_once(world: &World) {
        let room = world.room().await;
        world.fill(&room, 450).await;
        let mut page = world.page(&room, Cursor::Newest, 100).await;
        let mut all = seqs(&page);
        while page.has_before {
            page = world.page(&room, Cursor::Before(page.first_seq.unwrap()), 100).await;
            assert!(page.has_after);
            assert_eq!(page.latest_seq, 451);
            all.splice(0..0, seqs(&page));
        }
        assert_eq!(all, (2..=451).collect::<Vec<_>>());
        assert_eq!(page.first_seq, Some(1));
    }

    async fn paging_on_over_450_messages_gives_each_once(world: &World) {
        let room = world.room().await;
        world.fill(&room, 450).await;
        let (mut all, mut cursor, mut reads) = (Vec::new(), 0, 0);
        loop {
            let page = world.page(&room, Cursor::After(cursor), 100).await;
            assert!(page.recovered);
            assert_eq!(page.has_before, cursor > 0);
            assert_eq!(page.latest_seq, page.next_after);
            all.extend(seqs(&page));
            cursor = page.next_after;
            reads += 1;
            if !page.has_after {
                break;
            }
        }
        assert_eq!(all, (2..=451).collect::<Vec<_>>());
        assert_eq!((cursor, reads), (451, 5));
    }

    async fn a_page_after_that_ends_exactly_at_the_limit_knows_that_nothing_follows(world: &World) {
        let room = world.room().await;
        world.fill(&room, 3).await;
        let page = world.page(&room, Cursor::After(1), 3).await;
        assert_eq!((seqs(&page), page.has_after), (vec![2, 3, 4], false));
        let page = world.page(&room, Cursor::After(1), 2).await;
        assert_eq!((seqs(&page), page.has_after, page.latest_seq), (vec![2, 3], true, 3));
    }

    async fn a_quiet_poll_covers_nothing_and_keeps_its_tag(world: &World) {
        let room = world.room().await;
        world.fill(&room, 2).await;
        let first = world.page(&room, Cursor::After(1), 100).await;
        let quiet = world.page(&room, Cursor::After(3), 100).await;
        assert!(quiet.messages.is_empty());
        assert_eq!((quiet.latest_seq, quiet.next_after, quiet.first_seq), (3, 3, None));
        assert_eq!((quiet.recovered, quiet.has_before, quiet.has_after), (true, true, false));
        assert_eq!(quiet.etag(), first.etag());
        world.fill(&room, 1).await;
        assert_ne!(world.page(&room, Cursor::After(3), 100).await.etag(), first.etag());
    }

    async fn an_unknown_room_is_refused_by_every_cursor(world: &World) {
        for cursor in [Cursor::Newest, Cursor::Before(5), Cursor::After(0), Cursor::After(7)] {
            let error = world.store.page(&unknown_room(), PageRequest::new(cursor, 100)).await.unwrap_err();
            assert_eq!(code(error), Code::RoomNotFound, "{cursor:?}");
        }
        assert!(world.keys().await.is_empty());
    }

    async fn pages_before_the_beginning_and_beyond_the_end_are_right(world: &World) {
        let room = world.room().await;
        world.fill(&room, 2).await;
        let start = world.page(&room, Cursor::Before(1), 100).await;
        assert!(start.messages.is_empty());
        assert_eq!((start.first_seq, start.has_before, start.has_after), (None, false, true));
        let beyond = world.page(&room, Cursor::Before(1000), 100).await;
        assert_eq!((seqs(&beyond), beyond.has_before, beyond.has_after), (vec![2, 3], false, false));
        let largest = world.page(&room, Cursor::Before(u64::MAX), 100).await;
        assert_eq!(seqs(&largest), [2, 3]);
        let beyond = world.page(&room, Cursor::After(u64::MAX), 100).await;
        assert_eq!((seqs(&beyond), beyond.recovered), (vec![2, 3], false));
    }

    async fn a_limit_is_brought_into_its_range(world: &World) {
        let room = world.room().await;
        world.fill(&room, 210).await;
        assert_eq!(world.page(&room, Cursor::Newest, 0).await.messages.len(), 1);
        assert_eq!(world.page(&room, Cursor::Newest, 100_000).await.messages.len(), 200);
    }

    async fn kinds_of_later_versions_are_counted_and_left_out(world: &World) {
        let room = world.room().await;
        world.fill(&room, 1).await;
        world.command(&["XADD", &log(&room), "0-*", "k", "edited", "id", "x", "m", "not even JSON"]).await;
        world.fill(&room, 1).await;
        let page = world.page(&room, Cursor::After(2), 100).await;
        assert_eq!((seqs(&page), page.first_seq, page.latest_seq), (vec![4], Some(3), 4));
        assert!(page.recovered);
        let page = world.page(&room, Cursor::Newest, 2).await;
        assert_eq!((seqs(&page), page.first_seq), (vec![4], Some(3)));
    }

    async fn a_page_ends_at_256_kib_and_the_next_one_goes_on(world: &World) {
        let room = world.room().await;
        let content = "👋".repeat(15_000);
        for _ in 0..12 {
            world.store.append(&anonymous_draft(&room, &content), NOW).await.unwrap();
        }
        let bytes = |page: &Page| page.json.iter().map(|json| json.get().len()).sum::<usize>();
        let newest = world.page(&room, Cursor::Newest, 200).await;
        assert!(bytes(&newest) <= limits::PAGE_BYTES + 1000);
        assert_eq!((newest.messages.len(), newest.has_before, newest.latest_seq), (4, true, 13));

        let (mut seen, mut cursor) = (BTreeSet::new(), 1);
        loop {
            let page = world.page(&room, Cursor::After(cursor), 200).await;
            assert!(page.messages.len() <= 4);
            seen.extend(seqs(&page));
            cursor = page.next_after;
            if !page.has_after {
                break;
            }
        }
        assert_eq!(seen, (2..=13).collect());
    }

    async fn a_gap_that_was_trimmed_is_announced_with_the_newest_page(world: &World) {
        let room = world.room().await;
        world.fill(&room, 10).await;
        world.command(&["XTRIM", &log(&room), "MAXLEN", "4"]).await;
        // Kept: 8, 9, 10, 11.
        for (cursor, recovered, expected) in
            [(6, false, vec![10, 11]), (7, true, vec![8, 9]), (8, true, vec![9, 10]), (0, false, vec![10, 11])]
        {
            let page = world.page(&room, Cursor::After(cursor), 2).await;
            assert_eq!((page.recovered, seqs(&page)), (recovered, expected), "after {cursor}");
        }
        let page = world.page(&room, Cursor::After(7), 2).await;
        assert!(!page.has_before, "nothing is left before 8");
    }

    async fn a_store_that_went_back_below_the_cursor_is_announced(world: &World) {
        let room = world.room().await;
        world.fill(&room, 5).await;
        let page = world.page(&room, Cursor::After(9), 100).await;
        assert_eq!((page.recovered, seqs(&page), page.latest_seq), (false, vec![2, 3, 4, 5, 6], 6));
        let empty = world.room().await;
        let page = world.page(&empty, Cursor::After(9), 100).await;
        assert_eq!((page.recovered, page.messages.len(), page.latest_seq), (false, 0, 1));
    }

    async fn a_seq_that_was_given_away_again_is_announced_to_whoever_knows_the_old_one(world: &World) {
        let room = world.room().await;
        world.fill(&room, 3).await;
        let old = world.page(&room, Cursor::Newest, 1).await;
        let (seq, id) = (old.latest_seq, old.latest_id.clone());
        assert!(world.store.page(&room, after_known(seq, &id)).await.unwrap().recovered);

        world.command(&["FLUSHALL"]).await;
        world.command(&["XADD", &log(&room), "0-1", "k", "created", "id", room.as_str(), "m", "{}"]).await;
        world.fill(&room, 5).await;
        let page = world.store.page(&room, after_known(seq, &id)).await.unwrap();
        assert_eq!((page.recovered, seqs(&page)), (false, vec![2, 3, 4, 5, 6]));
        assert!(world.page(&room, Cursor::After(seq), 100).await.recovered, "without the id nothing shows it");
        let at_seq = world.page(&room, Cursor::Before(seq + 1), 1).await;
        assert_ne!(at_seq.messages[0].id, id);
    }

    async fn a_read_that_finds_nothing_is_repeated_at_the_leader(world: &World) {
        let room = world.room().await;
        world.requests.take();
        world.page(&room, Cursor::After(9), 100).await;
        assert_eq!(world.requests.take(), ["/ XRANGE", "/multi-exec XRANGE XREVRANGE"]);
        for cursor in [Cursor::Newest, Cursor::Before(5)] {
            world.store.page(&unknown_room(), PageRequest::new(cursor, 100)).await.unwrap_err();
            assert!(world.requests.take()[1].starts_with("/multi-exec XREVRANGE"), "{cursor:?}");
        }
    }
}
