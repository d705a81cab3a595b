use domain::{Message, MessageType};
use serde_json::value::RawValue;

use super::*;

fn id(n: u64) -> String {
    format!("00000000-0000-4000-8000-{n:012}")
}

fn message_id(n: u64) -> MessageId {
    MessageId::parse(&id(n), "id").unwrap()
}

fn entry(seq: u64) -> Entry {
    sized(seq, 2)
}

fn sized(seq: u64, bytes: usize) -> Entry {
    let json = RawValue::from_string(format!("\"{}\"", "x".repeat(bytes - 2))).unwrap();
    Entry { seq, id: id(seq), json: json.into(), arrived: None }
}

fn page(seqs: std::ops::RangeInclusive<u64>) -> Page {
    let (first, last) = (*seqs.start(), *seqs.end());
    let message = |seq| Message {
        id: id(seq),
        client_id: "c".to_owned(),
        content: String::new(),
        room_id: "r".to_owned(),
        timestamp: String::new(),
        message_type: MessageType::Text,
        username: None,
        avatar: None,
        mime_type: None,
        images: vec![],
        reply_to: None,
        edited_at: None,
        seq,
    };
    Page {
        json: seqs.clone().map(|seq| entry(seq).json).collect(),
        messages: seqs.map(message).collect(),
        latest_seq: last,
        first_seq: (first <= last).then_some(first),
        next_after: last,
        has_before: first > 2,
        recovered: true,
        ..Page::default()
    }
}

/// A log whose cache holds these messages; 1 is the room's creation.
fn log(seqs: std::ops::RangeInclusive<u64>) -> Log {
    Log::new(&page(seqs), Budget::default())
}

fn seqs(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq).collect()
}

fn missed(resume: Resume) -> Vec<u64> {
    match resume {
        Resume::Missed(entries) => seqs(&entries),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_next_seq_is_delivered_and_a_jump_is_a_gap() {
    let mut log = log(2..=5);
    assert_eq!(log.judge(6, &id(6)), Verdict::Next);
    assert_eq!(log.judge(7, &id(7)), Verdict::Gap);
    log.push(entry(6));
    assert_eq!(log.judge(7, &id(7)), Verdict::Next);
}

#[test]
fn an_event_that_comes_again_is_skipped() {
    let log = log(2..=5);
    for seq in 2..=5 {
        assert_eq!(log.judge(seq, &id(seq)), Verdict::Old);
    }
}

#[test]
fn another_message_at_a_known_seq_means_that_the_store_went_back() {
    let log = log(2..=5);
    assert_eq!(log.judge(5, &id(99)), Verdict::WentBack);
    assert_eq!(log.judge(1, &id(99)), Verdict::WentBack);
    assert!(log.contradicts(&page(2..=4)));
    let mut other = page(2..=5);
    other.messages[3].id = id(99);
    assert!(log.contradicts(&other));
    assert!(!log.contradicts(&page(3..=9)));
}

#[test]
fn an_old_seq_that_is_no_longer_cached_has_to_be_looked_up() {
    assert_eq!(log(100..=120).judge(50, &id(50)), Verdict::Unsure);
}

#[test]
fn entries_of_other_kinds_are_counted() {
    let mut log = log(2..=5);
    log.advance(6);
    assert_eq!(log.judge(7, &id(7)), Verdict::Next);
    assert_eq!(log.last_id(), None);
    assert_eq!(missed(log.resume(5, Some(&message_id(5)))), Vec::<u64>::new());
}

#[test]
fn a_client_gets_just_what_it_missed() {
    let log = log(2..=9);
    assert_eq!(missed(log.resume(6, Some(&message_id(6)))), [7, 8, 9]);
    assert_eq!(missed(log.resume(9, None)), Vec::<u64>::new());
    assert_eq!(missed(log.resume(0, None)), (2..=9).collect::<Vec<_>>());
}

#[test]
fn a_cursor_of_another_log_starts_again() {
    let log = log(2..=9);
    assert!(matches!(log.resume(10, None), Resume::Restart));
    assert!(matches!(log.resume(6, Some(&message_id(99))), Resume::Restart));
}

#[test]
fn a_cursor_before_the_cache_asks_the_store() {
    let log = log(100..=120);
    assert!(matches!(log.resume(50, None), Resume::Ask));
    assert!(matches!(log.resume(99, Some(&message_id(99))), Resume::Ask));
    assert_eq!(missed(log.resume(99, None)).len(), 21);
}

#[test]
fn the_stores_page_and_the_cache_are_joined_without_a_hole() {
    let log = log(100..=120);
    assert_eq!(log.bridge(&page(60..=105)).map(|e| seqs(&e)), Some((60..=120).collect()));
    assert_eq!(log.bridge(&page(60..=130)).map(|e| seqs(&e)), Some((60..=120).collect()), "nothing before its turn");
    assert!(log.bridge(&page(60..=90)).is_none(), "91 to 99 are in neither");
    assert!(log.bridge(&Page { recovered: false, ..page(60..=105) }).is_none());
}

#[test]
fn more_missed_than_a_page_starts_again() {
    let mut log = log(2..=3);
    for seq in 4..=9 {
        log.push(sized(seq, 60_000));
    }
    assert!(matches!(log.resume(3, None), Resume::Restart));
    assert_eq!(missed(log.resume(6, None)), [7, 8, 9]);
}

#[test]
fn the_newest_page_holds_as_much_as_fits() {
    let mut log = log(2..=50);
    assert_eq!(log.newest(3).map(|e| seqs(&e)), Some(vec![48, 49, 50]));
    assert_eq!(log.newest(100).map(|e| e.len()), Some(49), "the whole room");
    for seq in 51..=60 {
        log.push(sized(seq, 100_000));
    }
    assert_eq!(log.newest(100).map(|e| seqs(&e)), Some(vec![59, 60]));
}

#[test]
fn a_cache_with_too_few_messages_gives_no_page() {
    assert!(log(100..=120).newest(100).is_none());
    assert_eq!(log(100..=120).newest(20).map(|e| e.len()), Some(20));
}

#[test]
fn the_cache_is_bounded_in_messages_and_bytes() {
    let budget = Budget::default();
    let mut log = Log::new(&page(2..=2), budget.clone());
    for seq in 3..=500 {
        log.push(entry(seq));
    }
    assert_eq!(log.entries.len(), MESSAGES);
    assert_eq!(log.floor, 300);
    for seq in 501..=600 {
        log.push(sized(seq, 100_000));
    }
    assert!(log.bytes <= ROOM_BYTES && log.bytes == budget.0.load(Relaxed));
    drop(log);
    assert_eq!(budget.0.load(Relaxed), 0);
}

#[test]
fn a_room_keeps_little_when_all_rooms_have_too_much() {
    let budget = Budget::default();
    budget.0.store(TOTAL_BYTES, Relaxed);
    let mut log = Log::new(&page(2..=2), budget);
    for seq in 3..=100 {
        log.push(sized(seq, 1000));
    }
    assert!(log.bytes <= POOR_BYTES);
    assert_eq!(log.last(), 100);
}

#[test]
fn all_rooms_together_keep_no_more_than_their_bound_however_many_there_are() {
    let budget = Budget::default();
    let mut logs: Vec<Log> = (0..4000).map(|_| Log::new(&page(2..=2), budget.clone())).collect();
    for seq in 3..=30 {
        for log in &mut logs {
            log.push(sized(seq, 10_000));
        }
        assert!(budget.0.load(Relaxed) <= TOTAL_BYTES, "{}", budget.0.load(Relaxed));
    }
    drop(logs);
    assert_eq!(budget.0.load(Relaxed), 0);
}

#[test]
fn a_page_of_a_lagging_replica_leaves_no_hole_in_the_cache() {
    let mut log = log(30..=60);
    log.refill(&page(20..=50));
    log.push(entry(61));
    let Resume::Missed(missed) = log.resume(48, None) else { panic!("the cache holds what follows 48") };
    assert_eq!(seqs(&missed), (49..=61).collect::<Vec<_>>());
}

#[test]
fn a_refilled_cache_does_not_run_ahead_of_what_was_delivered() {
    let mut log = log(2..=50);
    log.refill(&page(20..=60));
    assert_eq!((log.last(), log.floor), (50, 19));
    assert_eq!(log.newest(31).map(|e| seqs(&e)), Some((20..=50).collect()));
}
