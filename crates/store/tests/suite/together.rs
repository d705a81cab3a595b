//! Scripts that are called at the same moment share a request, and each has its own outcome.

use std::future::{pending, poll_fn};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use domain::Code;
use store::{Error, Store, StoreConfig, Transport, TransportError};
use tokio::{join, task::JoinSet};

use crate::world::{NOW, World, anonymous_draft, code, on_every_store, unknown_room};

on_every_store! {
    async fn appends_at_one_moment_share_a_request_and_keep_their_order(world: &World) {
        let room = world.room().await;
        world.fill(&room, 1).await;
        world.requests.take();
        let drafts: Vec<_> = (1..=3).map(|number| world.draft(&room, &number.to_string())).collect();
        let [one, two, three] = &drafts[..] else { panic!("three") };
        let append = async |draft| world.store.append(draft, NOW).await.unwrap().message.seq;
        let seqs = join!(append(one), append(two), append(three));
        assert_eq!(world.requests.take(), ["/pipeline EVALSHA EVALSHA EVALSHA"]);
        assert_eq!(seqs, (3, 4, 5));
        assert_eq!(world.contents(&room).await, ["0", "1", "2", "3"]);
    }

    async fn more_than_a_request_takes_go_in_several(world: &World) {
        let room = world.room().await;
        world.fill(&room, 1).await;
        let mut appends = JoinSet::new();
        for number in 0..100 {
            let (store, draft) = (world.store.clone(), anonymous_draft(&room, &number.to_string()));
            appends.spawn(async move { store.append(&draft, NOW).await.unwrap().message.seq });
        }
        let mut seqs = appends.join_all().await;
        seqs.sort_unstable();
        assert_eq!(seqs, (3..103).collect::<Vec<_>>());
    }

    async fn a_script_that_the_store_forgot_is_sent_again_by_each(world: &World) {
        let room = world.room().await;
        world.fill(&room, 1).await;
        world.command(&["SCRIPT", "FLUSH"]).await;
        let (one, two) = (world.draft(&room, "1"), world.draft(&room, "2"));
        let (one, two) = join!(world.store.append(&one, NOW), world.store.append(&two, NOW));
        let mut seqs = [one.unwrap().message.seq, two.unwrap().message.seq];
        seqs.sort_unstable();
        assert_eq!(seqs, [3, 4]);
    }

    async fn a_refusal_of_one_is_not_the_others(world: &World) {
        let room = world.room().await;
        world.fill(&room, 1).await;
        let nowhere = unknown_room();
        let (good, bad) = (world.draft(&room, "good"), world.draft(&nowhere, "bad"));
        let (bad, good) = join!(world.store.append(&bad, NOW), world.store.append(&good, NOW));
        assert_eq!(code(bad.unwrap_err()), Code::RoomNotFound);
        assert_eq!(good.unwrap().message.content, "good");
    }

    async fn a_lost_answer_is_unknown_to_all_and_each_retry_finds_its_message(world: &World) {
        let room = world.room().await;
        world.fill(&room, 1).await;
        let (one, two) = (world.draft(&room, "1"), world.draft(&room, "2"));
        world.requests.lose_answers(true);
        let lost = join!(world.store.append(&one, NOW), world.store.append(&two, NOW));
        assert!(matches!(lost, (Err(Error::OutcomeUnknown(_)), Err(Error::OutcomeUnknown(_)))), "{lost:?}");
        world.requests.lose_answers(false);
        let again = join!(world.store.append(&one, NOW), world.store.append(&two, NOW));
        assert!(again.0.unwrap().repeated && again.1.unwrap().repeated);
        assert_eq!(world.contents(&room).await, ["0", "1", "2"]);
    }

    async fn when_the_first_is_given_up_the_others_are_told_and_the_next_are_served(world: &World) {
        let room = world.room().await;
        world.fill(&room, 1).await;
        let (one, two) = (world.draft(&room, "1"), world.draft(&room, "2"));
        let mut first = Box::pin(world.store.append(&one, NOW));
        let mut second = Box::pin(world.store.append(&two, NOW));
        poll_fn(|context| {
            assert!(first.as_mut().poll(context).is_pending());
            assert!(second.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
        drop(first);
        assert!(matches!(second.await, Err(Error::Unavailable(_))), "nothing was sent");
        assert_eq!(world.contents(&room).await, ["0"]);
        assert!(!world.store.append(&two, NOW).await.unwrap().repeated);
    }
}

/// A store that never answers.
struct Silent;

impl Transport for Silent {
    async fn send(&self, _: http::Request<Bytes>, _: Duration) -> Result<http::Response<Bytes>, TransportError> {
        pending().await
    }
}

#[tokio::test]
async fn when_the_first_is_given_up_underway_nobody_knows_what_became_of_the_others() {
    let config = StoreConfig {
        url: "http://127.0.0.1:1".to_owned(),
        token: "t".to_owned(),
        history: 10,
        deadline: Duration::from_secs(30),
    };
    let store = Store::new(Silent, config);
    let (one, two) = (anonymous_draft(&unknown_room(), "1"), anonymous_draft(&unknown_room(), "2"));
    let mut first = Box::pin(store.append(&one, NOW));
    let mut second = Box::pin(store.append(&two, NOW));
    // The second poll of the first one sends both.
    for _ in 0..2 {
        poll_fn(|context| {
            assert!(first.as_mut().poll(context).is_pending());
            assert!(second.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
    }
    drop(first);
    assert!(matches!(second.await, Err(Error::OutcomeUnknown(_))));
}
