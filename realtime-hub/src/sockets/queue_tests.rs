//! Queues without sockets.

use super::*;

const LIMIT: usize = 1024 * 1024;

fn queues() -> Queues {
    Queues::new(8 * LIMIT as u64)
}

fn add(queues: &Queues, queue: &Queue, bytes: usize) -> bool {
    queue.add(&queues.packet(bytes))
}

#[test]
fn a_socket_may_have_a_mebibyte_unread_and_no_more() {
    let (queues, queue) = (queues(), Queue::default());
    assert!(add(&queues, &queue, LIMIT));
    assert!(!add(&queues, &queue, 1));
}

#[test]
fn what_was_read_makes_room_again() {
    let (queues, queue) = (queues(), Queue::default());
    for _ in 0..100 {
        assert!(add(&queues, &queue, LIMIT / 2));
        queue.sent(LIMIT as u64 / 2);
    }
    assert_eq!(queues.waiting(), 0);
}

#[test]
fn bytes_that_were_not_counted_in_make_no_room() {
    let (queues, queue) = (queues(), Queue::default());
    queue.sent(5_000_000);
    assert!(add(&queues, &queue, LIMIT));
    assert!(!add(&queues, &queue, 1));
}

#[test]
fn a_closed_queue_takes_nothing_and_closes_once() {
    let (queues, queue) = (queues(), Queue::default());
    let gone = queue.begin();
    assert!(add(&queues, &queue, LIMIT));
    assert!(queue.close());
    assert!(!queue.close());
    assert!(!add(&queues, &queue, 1) && queue.is_closed() && gone.is_cancelled() && queue.begin().is_cancelled());
    assert_eq!(queues.waiting(), 0, "what waited for it is let go");
}

#[test]
fn when_all_together_have_too_much_unread_those_with_the_most_are_closed() {
    let queues = queues();
    let sizes: Vec<usize> = (0..20).map(|i| LIMIT / 20 * (i + 1) - 1024).collect();
    let sessions: Vec<_> = sizes.iter().enumerate().map(|(i, _)| queues.open(&i.to_string())).collect();
    for (session, size) in sessions.iter().zip(&sizes) {
        assert!(add(&queues, session, *size));
    }
    assert!(queues.waiting() > 10 * LIMIT as u64);
    let closed = queues.relieve();
    let open: Vec<bool> = sessions.iter().map(|session| !session.is_closed()).collect();
    assert_eq!(open, (0..20).map(|i| i < 20 - closed).collect::<Vec<_>>(), "{closed} were closed");
    let left = queues.waiting();
    assert!(left <= 6 * LIMIT as u64 && left > 5 * LIMIT as u64, "{left}");
    assert_eq!(queues.relieve(), 0);
}

#[test]
fn what_all_read_together_waits_once() {
    let queues = queues();
    let sessions: Vec<_> = (0..1000).map(|i| queues.open(&i.to_string())).collect();
    let packet = queues.packet(LIMIT / 2);
    assert!(sessions.iter().all(|session| session.add(&packet)));
    drop(packet);
    assert_eq!(queues.relieve(), 0);
    assert!(queues.waiting() < LIMIT as u64);
}

#[test]
fn a_socket_is_closed_for_what_it_asks_and_not_only_for_what_it_leaves_unread() {
    let queues = queues();
    let (greedy, other) = (queues.open("greedy"), queues.open("other"));
    assert!(add(&queues, &other, LIMIT / 2));
    for _ in 0..9 {
        assert!(greedy.ask(queues.packet(LIMIT), u64::MAX));
    }
    assert_eq!(queues.relieve(), 1);
    assert!(greedy.is_closed() && !other.is_closed());
    assert_eq!(queues.relieve(), 0);
}

#[test]
fn what_was_served_waits_no_more() {
    let (queues, queue) = (queues(), Queue::default());
    for _ in 0..100 {
        assert!(queue.ask(queues.packet(LIMIT), 2 * LIMIT as u64));
        queue.serve();
    }
    assert_eq!(queues.waiting(), 0);
    assert!(
        queue.ask(queues.packet(LIMIT), 2 * LIMIT as u64) && !queue.ask(queues.packet(2 * LIMIT), 2 * LIMIT as u64)
    );
}

#[test]
fn a_session_has_its_queue_until_its_last_socket_has_ended() {
    let queues = queues();
    let queue = queues.open("a");
    let first = queue.begin();
    first.cancel();
    assert!(!queues.open("a").begin().is_cancelled(), "the next socket is there");
    queues.forget("a");
    assert!(queues.find("a").is_some());
    queues.forget("a");
    assert!(queues.find("a").is_none());
}
