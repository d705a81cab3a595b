use super::*;
use crate::packets::Encoder;

fn packets(backlog: &Backlog, bytes: usize) -> Packets {
    let mut encoder = Encoder::default();
    encoder.control(crate::frame::PONG, &vec![0; bytes]);
    encoder.finish(backlog)
}

fn queue(limit: u64) -> (Backlog, Queue) {
    let backlog = Backlog::default();
    (backlog.clone(), Queue::new(limit, backlog))
}

#[test]
fn a_queue_takes_up_to_its_limit_and_no_more() {
    let (backlog, queue) = queue(2000);
    let packets = packets(&backlog, 900);
    assert_eq!([(); 3].map(|()| queue.push(&packets)), [Push::Taken, Push::Taken, Push::Full]);
}

#[test]
fn what_was_sent_makes_room_again_and_what_was_only_taken_does_not() {
    let (backlog, queue) = queue(2000);
    let packets = packets(&backlog, 1500);
    for _ in 0..10 {
        assert_eq!(queue.push(&packets), Push::Taken);
        assert_eq!(queue.take(10).len(), 1);
        assert!(queue.waiting() > 1500);
        queue.sent(packets.bytes());
        assert_eq!(queue.waiting(), 0);
    }
    assert_eq!(queue.push(&packets), Push::Taken);
    queue.take(10);
    assert_eq!(queue.push(&packets), Push::Full);
}

#[test]
fn the_oldest_come_first_and_places_are_given_back() {
    let (backlog, queue) = queue(1_000_000);
    let all: Vec<_> = (1..=100).map(|bytes| packets(&backlog, bytes)).collect();
    let alone = backlog.bytes();
    assert!(all.iter().all(|packets| queue.push(packets) == Push::Taken));
    assert_eq!(backlog.bytes(), alone + (100 - FREE_PLACES as u64) * PLACE);
    let taken: Vec<_> = [30, 60, 60].iter().flat_map(|most| queue.take(*most)).collect();
    assert!(taken.iter().zip(&all).all(|(one, other)| one.bytes() == other.bytes()) && taken.len() == 100);
    assert_eq!(backlog.bytes(), alone);
}

#[tokio::test]
async fn a_closed_queue_takes_nothing_holds_nothing_and_closes_once() {
    let (backlog, queue) = queue(100_000);
    let many = packets(&backlog, 10);
    for _ in 0..50 {
        assert_eq!(queue.push(&many), Push::Taken);
    }
    assert!(queue.close() && !queue.close());
    queue.closed().await;
    queue.ready().await;
    assert_eq!((queue.push(&many), queue.waiting(), queue.take(9).len()), (Push::Closed, 0, 0));
    assert_eq!(backlog.bytes(), many.bytes());
}

#[tokio::test]
async fn a_queue_that_finishes_takes_nothing_and_gives_what_it_has() {
    let (backlog, queue) = queue(100_000);
    let last = packets(&backlog, 10);
    assert_eq!(queue.push(&last), Push::Taken);
    queue.finish();
    assert_eq!(queue.push(&last), Push::Closed);
    queue.ready().await;
    assert_eq!(queue.take(9).len(), 1);
    assert!(queue.is_ending() && !queue.is_closed());
    queue.ready().await;
}
