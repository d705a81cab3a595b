use proptest::prelude::*;

use crate::{Avatar, ClientId, Draft, ImageId, MessageId, MessageType, RoomId};

fn draft(content: &str) -> Draft {
    Draft::text(RoomId::parse("abcdefghij").unwrap(), ClientId::parse("me", "clientId").unwrap(), content)
}

#[test]
fn every_part_of_what_is_said_changes_the_fingerprint() {
    let (one, two) = (ImageId::of(b"1"), ImageId::of(b"2"));
    let variants = [
        draft("hello"),
        draft("hello "),
        draft(""),
        Draft { message_type: MessageType::Image, ..draft("hello") },
        Draft { reply_to: Some(1), ..draft("hello") },
        Draft { reply_to: Some(2), ..draft("hello") },
        Draft { images: vec![one.clone()], ..draft("hello") },
        Draft { images: vec![one.clone(), one.clone()], ..draft("hello") },
        Draft { images: vec![one.clone(), two.clone()], ..draft("hello") },
        Draft { images: vec![two, one.clone()], ..draft("hello") },
        draft(&format!("hello{one}")),
    ];
    let mut prints: Vec<_> = variants.iter().map(Draft::fingerprint).collect();
    assert!(prints.iter().all(|p| p.len() == 32 && p.bytes().all(|b| b.is_ascii_hexdigit())));
    prints.sort();
    prints.dedup();
    assert_eq!(prints.len(), variants.len());
}

#[test]
fn a_renamed_sender_retrying_has_the_same_fingerprint() {
    let renamed = Draft {
        id: Some(MessageId::generate(1).unwrap()),
        username: Some("New".to_owned()),
        avatar: Some(Avatar { text: "N".to_owned(), color: "danger".to_owned() }),
        ..draft("hello")
    };
    assert_eq!(renamed.fingerprint(), draft("hello").fingerprint());
}

#[test]
fn the_encoding_does_not_change_between_versions() {
    // Fingerprints live in the store for a day, across an upgrade.
    assert_eq!(draft("hello").fingerprint(), "c4c832aa2d5ec29a6ab928d2e4c6a817");
}

proptest! {
    #[test]
    fn different_contents_have_different_fingerprints(a in any::<String>(), b in any::<String>()) {
        prop_assert_eq!(draft(&a).fingerprint() == draft(&b).fingerprint(), a == b);
    }
}
