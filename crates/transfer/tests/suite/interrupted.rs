//! An import that was cut off is taken up, and gives what it would have given.

use transfer::import::{self, Options, Source};

use crate::old::{self, OldMessage, OldRoom};
use crate::world::{Cut, Fault, Redis, Told, World, import};

/// Rooms of each kind: short, long enough for several batches, with images, empty, with entries that can't be taken.
fn rooms() -> Vec<OldRoom> {
    let mut rooms = vec![OldRoom::new(0, 7, 0), OldRoom::new(1, 230, 3), OldRoom::new(2, 0, 0), OldRoom::new(3, 12, 4)];
    rooms[3].messages.insert(5, OldMessage::left("{"));
    rooms[3].messages.push(OldMessage::left("null"));
    rooms
}

/// Runs an import whose way to the new store breaks; how many requests it made.
async fn broken(old: &Redis, new: &World, cut: Cut) -> usize {
    let source = Source::open(&old.url()).await.unwrap();
    let store = new.cut(cut.clone());
    let mut told = Told::default();
    tokio::select! {
        outcome = import::import(&source, &store, Options::default(), &mut told) => {
            assert_eq!(outcome.is_err(), cut.is_broken(), "{outcome:?}");
        }
        () = cut.ended() => {}
    }
    cut.sent()
}

#[tokio::test]
async fn an_import_cut_off_anywhere_and_started_again_gives_what_one_without_a_cut_gives() {
    let (old, new) = (Redis::start().await, World::redis().await);
    old::write(&old, &rooms()).await;
    let source_before = old.ask(&["DEBUG", "DIGEST"]).await;
    let requests = broken(&old, &new, Cut::new(usize::MAX, Fault::Unsent)).await;
    let whole = new.digest().await;
    assert!(requests > 20, "{requests} requests are too few to be cut off in different places");

    let mut cuts = 0;
    for fault in [Fault::Unsent, Fault::AnswerLost, Fault::Ended] {
        for at in 0..requests {
            new.command(&["FLUSHALL"]).await;
            broken(&old, &new, Cut::new(at, fault)).await;
            let (report, told) = import(&old, &new).await;
            assert_eq!(new.digest().await, whole, "{fault:?} at request {at} of {requests}");
            assert_eq!((report.left, told.findings.len()), (2, 2), "{fault:?} at request {at}");
            assert_eq!(report.rooms.taken + report.rooms.there, 4);
            assert_eq!(report.messages.taken + report.messages.there, 249);
            assert_eq!((report.images.taken + report.images.there, report.not_compared), (7, 0));
            cuts += 1;
        }
    }
    println!("{cuts} cuts at {requests} requests");
    assert_eq!(old.ask(&["DEBUG", "DIGEST"]).await, source_before, "the old store is as it was");
}

#[tokio::test]
async fn an_import_cut_off_again_and_again_comes_to_its_end() {
    let (old, new) = (Redis::start().await, World::redis().await);
    old::write(&old, &rooms()).await;
    import(&old, &new).await;
    let whole = new.digest().await;
    new.command(&["FLUSHALL"]).await;
    for at in 0.. {
        let cut = Cut::new(6 + at, Fault::AnswerLost);
        broken(&old, &new, cut.clone()).await;
        if !cut.is_broken() {
            break;
        }
    }
    assert_eq!(new.digest().await, whole);
}

#[tokio::test]
async fn nobody_sees_half_a_room() {
    let (old, new) = (Redis::start().await, World::redis().await);
    let room = OldRoom::new(1, 230, 3);
    old::write(&old, std::slice::from_ref(&room)).await;
    let requests = broken(&old, &new, Cut::new(usize::MAX, Fault::Unsent)).await;
    for at in 0..requests {
        new.command(&["FLUSHALL"]).await;
        broken(&old, &new, Cut::new(at, Fault::AnswerLost)).await;
        match new.store.room(&room.id).await.unwrap() {
            None => assert!(new.store.page_from(&room.id, 1, 1).await.is_err(), "no log without its room"),
            Some(_) => assert_eq!(new.messages(&room.id).await.len(), 230),
        }
    }
}
