use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::Code;

#[test]
fn room_ids_are_ten_characters_and_do_not_repeat() {
    let ids: HashSet<_> = (0..1000).map(|_| RoomId::generate().unwrap()).collect();
    assert_eq!(ids.len(), 1000);
    let used: HashSet<u8> = ids.iter().flat_map(|id| id.as_str().bytes()).collect();
    assert_eq!(used.len(), 62, "every character of 0-9A-Za-z is used");
    for id in ids {
        assert_eq!(id.as_str().len(), 10);
        assert_eq!(RoomId::parse(id.as_str()).unwrap(), id);
    }
}

#[test]
fn what_can_be_no_room_is_answered_as_a_room_that_is_not() {
    for id in ["", "short", "thirteenchars", "room/../..", "abcdefghi ", "abcdefghié", "{bcdefghij", "abcdefghi\n"] {
        assert_eq!(RoomId::parse(id).unwrap_err().code, Code::RoomNotFound, "{id:?}");
    }
    assert!(RoomId::parse("twelvechars1").is_ok(), "v0.4 made ids of twelve characters too");
}

#[test]
fn issued_client_ids_are_told_from_open_ones_by_their_form() {
    let issued = ClientId::issue().unwrap();
    assert!(issued.is_issued());
    assert!(ClientId::parse(issued.as_str(), "clientId").unwrap().is_issued());

    let text = "0189dcd5-5311-8d40-8db0-9496a2eef37b";
    assert!(ClientId::parse(text, "clientId").unwrap().is_issued());
    for open in [
        &text.to_uppercase(),
        &text.replace('-', ""),
        "0189dcd5-5311-4d40-8db0-9496a2eef37b", // version 4
        "0189dcd5-5311-8d40-cdb0-9496a2eef37b", // not a variant that has versions
        "my-bot",
    ] {
        assert!(!ClientId::parse(open, "clientId").unwrap().is_issued(), "{open}");
    }
}

#[test]
fn client_ids_that_could_break_a_key_are_refused_by_name() {
    for id in ["", "a:b", "a|b", "a b", "a/b", "ü", &"x".repeat(65)] {
        let error = ClientId::parse(id, "clientId").unwrap_err();
        assert_eq!((error.code, error.field.as_deref()), (Code::InvalidField, Some("clientId")), "{id:?}");
    }
}

#[test]
fn message_ids_are_brought_to_canonical_form() {
    let canonical = "0189dcd5-5311-7d40-8db0-9496a2eef37b";
    for spelling in [canonical, &canonical.to_uppercase(), &canonical.replace('-', "")] {
        assert_eq!(MessageId::parse(spelling, "messageId").unwrap().as_str(), canonical);
    }
    for id in ["", "1", "0189dcd5-5311-7d40-8db0-9496a2eef37", "0189dcd5_5311_7d40_8db0_9496a2eef37b"] {
        assert_eq!(MessageId::parse(id, "messageId").unwrap_err().field.as_deref(), Some("messageId"), "{id:?}");
    }
}

#[test]
fn image_ids_are_the_sha_256_of_the_bytes() {
    let id = ImageId::of(b"abc");
    assert_eq!(id.as_str(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(ImageId::parse(id.as_str()).unwrap(), id);
    for other in ["", "ba7816bf", &id.as_str().to_uppercase(), &format!("{id}0")] {
        assert_eq!(ImageId::parse(other).unwrap_err().code, Code::ImageNotFound, "{other:?}");
    }
}

proptest! {
    #[test]
    fn room_ids_round_trip(id in "[0-9A-Za-z]{10,12}") {
        let parsed = RoomId::parse(&id).unwrap();
        prop_assert_eq!(parsed.as_str(), id);
    }

    #[test]
    fn client_ids_round_trip(id in "[0-9A-Za-z_-]{1,64}") {
        let parsed = ClientId::parse(&id, "clientId").unwrap();
        prop_assert_eq!(parsed.as_str(), id);
    }

    #[test]
    fn message_ids_made_here_round_trip_and_sort_by_time(early in 0u64..1 << 47, later in 1u64..1 << 40) {
        let first = MessageId::generate(early).unwrap();
        let second = MessageId::generate(early + later).unwrap();
        prop_assert!(first < second);
        prop_assert_eq!(&MessageId::parse(first.as_str(), "messageId").unwrap(), &first);
    }

    #[test]
    fn no_text_makes_an_id_parser_panic(text in any::<String>()) {
        let _ = (RoomId::parse(&text), ClientId::parse(&text, "x"), MessageId::parse(&text, "x"), ImageId::parse(&text));
    }
}

#[test]
fn logs_call_a_room_by_what_does_not_lead_to_it() {
    let alias = RoomId::parse("abcDEF0123").unwrap().alias();
    assert_eq!(alias.len(), 12);
    assert!(alias.bytes().all(|b| b.is_ascii_hexdigit()));
    assert_eq!(alias, RoomId::parse("abcDEF0123").unwrap().alias());
    assert_ne!(alias, RoomId::parse("abcDEF0124").unwrap().alias());
}
