//! Whole stores come over.

use std::time::Instant;

use domain::{ClientId, ImageId};
use serde_json::Value;
use transfer::import::{Count, Options, Report, Source};

use crate::export::draft;
use crate::old::{self, OldRoom};
use crate::world::{Redis, Told, World, import};

/// What the new store has is what v0.4 had, compared by the test's own means.
async fn assert_same(new: &World, rooms: &[OldRoom]) {
    for room in rooms {
        let old: Value = serde_json::from_str(&room.json()).unwrap();
        let kept = new.store.room(&room.id).await.unwrap().unwrap();
        assert_eq!(serde_json::to_value(&kept).unwrap(), old);
        let messages = new.messages(&room.id).await;
        let messages: Vec<_> = messages.iter().map(|message| serde_json::to_value(message).unwrap()).collect();
        let expected = room.new_messages();
        assert_eq!(messages.len(), expected.len());
        for (message, expected) in messages.iter().zip(&expected) {
            assert_eq!(message, expected);
        }
        for file in room.messages.iter().filter_map(|message| message.image.as_ref()) {
            let id = ImageId::of(file);
            assert_eq!(new.store.image(&room.id, &id).await.unwrap().unwrap().data, file);
            let key = format!("room:{{{}}}:image:{id}", room.id);
            assert_eq!(new.command(&["TTL", &key]).await.int().unwrap(), -1, "it stays for good");
        }
    }
    let mut owners: Vec<_> = rooms.iter().map(|room| room.owner.clone()).collect();
    owners.sort();
    owners.dedup();
    for owner in owners {
        let mut own: Vec<_> = rooms.iter().filter(|room| room.owner == owner).collect();
        own.sort_by_key(|room| room.created);
        let own: Vec<_> = own.into_iter().map(|room| room.id.to_string()).collect();
        let client = ClientId::parse(&owner, "clientId").unwrap();
        let listed = new.store.rooms_of(&client).await.unwrap();
        assert_eq!(listed.into_iter().map(|room| room.id).collect::<Vec<_>>(), own, "by time of creation");
    }
    assert_eq!(new.store.status().await.unwrap().0, rooms.len() as u64);
}

#[tokio::test]
async fn ten_thousand_messages_and_two_hundred_images_come_over_and_a_second_run_does_nothing() {
    let (old, new) = (Redis::start().await, World::redis().await);
    let mut rooms: Vec<_> = (0..8).map(|n| OldRoom::new(n, 500, 10)).collect();
    rooms.push(OldRoom::new(8, 6_000, 120));
    rooms.push(OldRoom::new(9, 0, 0));
    old::write(&old, &rooms).await;
    let before = old.ask(&["DEBUG", "DIGEST"]).await;

    let begun = Instant::now();
    let (report, told) = import(&old, &new).await;
    println!("10 000 messages and 200 images came over in {:.2} s", begun.elapsed().as_secs_f64());
    assert_eq!((told.rooms, told.messages, told.lines()), (10, 10_000, Vec::new()));
    let taken = |taken| Count { taken, there: 0 };
    let expected = Report { rooms: taken(10), messages: taken(10_000), images: taken(200), ..Report::default() };
    assert_eq!(report, expected);
    assert!(report.to_string().ends_with("All of it was taken."), "{report}");
    assert_same(&new, &rooms).await;

    let digest = new.digest().await;
    let begun = Instant::now();
    let (again, told) = import(&old, &new).await;
    println!("a second run compared them in {:.2} s", begun.elapsed().as_secs_f64());
    let there = |there| Count { taken: 0, there };
    let expected = Report { rooms: there(10), messages: there(10_000), images: there(200), ..Report::default() };
    assert_eq!((&again, told.lines()), (&expected, Vec::new()));
    assert!(again.to_string().ends_with("Nothing to do: all of it is there and is the same."), "{again}");
    assert_eq!(new.digest().await, digest, "the second run wrote nothing");
    assert_eq!(old.ask(&["DEBUG", "DIGEST"]).await, before, "the old store is as it was");

    for room in &rooms {
        let appended = new.store.append(&draft(&room.id, "new"), 0).await.unwrap();
        assert_eq!(appended.message.seq, room.messages.len() as u64 + 2, "the log goes on without a gap");
    }
}

#[tokio::test]
async fn rooms_come_over_into_the_embedded_store_too() {
    let (old, new) = (Redis::start().await, World::embedded().await);
    let rooms: Vec<_> = (0..3).map(|n| OldRoom::new(n, 90, 6)).collect();
    old::write(&old, &rooms).await;
    let (report, told) = import(&old, &new).await;
    assert_eq!((report.messages.taken, report.images.taken, told.lines()), (270, 18, Vec::new()));
    assert_same(&new, &rooms).await;
    let (again, _) = import(&old, &new).await;
    assert!(again.is_idle() && again.is_complete(), "{again}");
}

#[tokio::test]
async fn a_user_of_the_old_redis_who_may_only_read_is_enough() {
    let (old, new) = (Redis::start().await, World::embedded().await);
    old.ask(&["SELECT", "3"]).await;
    let room = OldRoom::new(0, 20, 2);
    old::write(&old, std::slice::from_ref(&room)).await;
    old.ask(&["ACL", "SETUSER", "reader", "on", ">p@ss", "~*", "-@all", "+@read", "+select"]).await;
    let url = old.url().replace("redis://", "redis://reader:p%40ss@") + "/3";
    let source = Source::open(&url).await.unwrap();
    let report = transfer::import::import(&source, &new.store, Options::default(), &mut Told::default()).await.unwrap();
    assert_eq!((report.messages.taken, report.is_complete()), (20, true));
    assert_same(&new, &[room]).await;
}

#[tokio::test]
async fn what_the_old_store_got_meanwhile_is_taken_by_the_next_run() {
    let (old, new) = (Redis::start().await, World::redis().await);
    let mut rooms = vec![OldRoom::new(0, 20, 0)];
    old::write(&old, &rooms).await;
    import(&old, &new).await;
    old.ask(&["FLUSHALL"]).await;
    rooms = vec![OldRoom::new(0, 30, 0), OldRoom::new(1, 5, 1)];
    old::write(&old, &rooms).await;
    let (report, told) = import(&old, &new).await;
    assert_eq!(report.rooms, Count { taken: 1, there: 1 });
    assert_eq!(report.messages, Count { taken: 15, there: 20 });
    assert_eq!(told.lines(), Vec::<String>::new());
    assert_same(&new, &rooms).await;
}

#[tokio::test]
async fn a_room_that_is_in_use_here_keeps_its_order_and_what_came_late_is_told() {
    let (old, new) = (Redis::start().await, World::redis().await);
    let room = OldRoom::new(0, 20, 0);
    old::write(&old, std::slice::from_ref(&room)).await;
    import(&old, &new).await;
    new.store.append(&draft(&room.id, "new"), 0).await.unwrap();
    let (report, told) = import(&old, &new).await;
    assert_eq!((report.messages.there, told.lines().len()), (20, 0), "what is written here is nobody's loss");
    assert!(report.is_complete());

    old.ask(&["FLUSHALL"]).await;
    old::write(&old, &[OldRoom::new(0, 22, 0)]).await;
    let digest = new.digest().await;
    let (report, told) = import(&old, &new).await;
    assert_eq!((report.messages.there, report.left, report.is_complete()), (20, 2, false));
    let why = "it came to the old room after the new one was in use; it would stand behind what was written there";
    assert_eq!(told.lines(), [20, 21].map(|position| format!("not taken: {}, message {position}: {why}", room.id)));
    assert_eq!(new.digest().await, digest);
}

#[tokio::test]
async fn nothing_comes_into_a_store_that_a_newer_version_has_used() {
    let (old, new) = (Redis::start().await, World::redis().await);
    old::write(&old, &[OldRoom::new(0, 3, 1)]).await;
    new.command(&["SET", "room:layout", "2"]).await;
    let before = new.digest().await;
    let source = Source::open(&old.url()).await.unwrap();
    let outcome = transfer::import::import(&source, &new.store, Options::default(), &mut Told::default()).await;
    let error = outcome.unwrap_err().to_string();
    assert!(error.starts_with("the new store: The store has layout 2, "), "{error}");
    assert_eq!(new.digest().await, before);
    new.command(&["DEL", "room:layout"]).await;
    import(&old, &new).await;
    assert_eq!(new.command(&["GET", "room:layout"]).await.text().unwrap(), "1");
}
