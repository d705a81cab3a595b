//! What can't be taken is told, each with its place and its reason, and nothing else is lost for it.

use serde_json::json;
use transfer::Error;
use transfer::import::{self, Options, Source};

use crate::old::{self, OldMessage, OldRoom};
use crate::world::{Redis, Told, World, import};

fn message(change: &serde_json::Value) -> OldMessage {
    let mut message = json!({
        "id": "8f14e45f-ceea-467f-a0e6-1f1e3c0b5a11", "clientId": "ada", "content": "SECRET", "roomId": "Room000000",
        "timestamp": "2025-04-25T10:11:12.345Z", "messageType": "text"
    });
    for (name, value) in change.as_object().unwrap() {
        message[name] = value.clone();
    }
    OldMessage::left(message.to_string())
}

#[tokio::test]
async fn what_can_t_be_taken_is_told_with_its_room_its_position_and_the_reason() {
    let (old, new) = (Redis::start().await, World::redis().await);
    let mut room = OldRoom::new(0, 3, 0);
    let odd = [
        OldMessage::left("{\"content\":\"SECRET"),
        OldMessage::left("\"SECRET\""),
        message(&json!({"content": 7})),
        message(&json!({"content": "SECRET".repeat(4_000)})),
        message(&json!({"messageType": "image", "content": "data:image/png;base64,U0VDUkVU"})),
        message(&json!({"messageType": "image", "content": "SECRET!"})),
        message(&json!({"messageType": "video"})),
        message(&json!({"id": "SECRET", "username": "x".repeat(51)})),
    ];
    room.messages.splice(1..1, odd);
    old::write(&old, std::slice::from_ref(&room)).await;
    let (report, told) = import(&old, &new).await;
    assert_eq!(
        told.lines(),
        [
            "changed: Room000000, message 7: its messageType is unknown; it was taken as text, which v0.4 showed it as",
            "changed: Room000000, message 8: its id is no UUID; one was made for it",
            "changed: Room000000, message 8: its username is longer than 50 characters and was cut",
            "not taken: Room000000, message 1: malformed JSON (at byte 18 of 18)",
            "not taken: Room000000, message 2: JSON, but no object",
            "not taken: Room000000, message 3: its content is no text",
            "not taken: Room000000, message 4: content must have at most 16000 characters",
            "not taken: Room000000, message 5: The image must be a PNG, JPEG, GIF, WebP or AVIF file",
            "not taken: Room000000, message 6: The image must be a data: URL or base64",
        ]
    );
    assert_eq!((report.messages.taken, report.left, report.changed), (5, 6, 3));
    assert!(!report.is_complete());
    assert!(report.to_string().ends_with("What can be taken was taken."), "{report}");
    let seqs: Vec<_> = new.messages(&room.id).await.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, [2, 3, 4, 5, 6], "without gaps");

    let digest = new.digest().await;
    let (again, told_again) = import(&old, &new).await;
    assert_eq!(told_again.lines(), told.lines(), "and is told again");
    assert_eq!((again.messages.there, again.is_idle(), again.is_complete()), (5, true, false));
    assert!(again.to_string().ends_with("Nothing was written: what can be taken is there."), "{again}");
    assert_eq!(new.digest().await, digest);
}

#[tokio::test]
async fn rooms_that_can_t_be_taken_and_what_belongs_to_none_are_told() {
    let (old, new) = (Redis::start().await, World::redis().await);
    let rooms: Vec<_> = (0..4).map(|n| OldRoom::new(n, 3, 0)).collect();
    old::write(&old, &rooms).await;
    old.ask(&["HSET", "rooms", "Room000001", "{"]).await;
    old.ask(&["HSET", "rooms", "short", &rooms[0].json()]).await;
    old.ask(&["RPUSH", "room:short:messages", "x", "y"]).await;
    old.ask(&["DEL", "room:Room000002:messages"]).await;
    old.ask(&["SET", "room:Room000002:messages", "text"]).await;
    old.ask(&["RPUSH", "room:Nowhere000:messages", "x"]).await;
    old.ask(&["SADD", "user:eve:rooms", "Room000000", "Nowhere000"]).await;
    old.ask(&["SET", "user:bob:rooms", "text"]).await;
    // A room of the same id that was made here.
    new.command(&["HSET", "room:{Room000003}", "name", "mine"]).await;

    let (report, told) = import(&old, &new).await;
    assert_eq!(
        told.lines(),
        [
            "not taken: Room000001: malformed JSON; 3 messages with it",
            "not taken: Room000002: its messages are no list",
            "not taken: Room000003: the new store has another room with this id; 3 messages with it",
            "not taken: room:Nowhere000:messages: 1 messages of a room that does not exist",
            "not taken: short: its id is not 10 to 12 letters and digits, so no link could name it; 2 messages with it",
            "not taken: user:bob:rooms: the key is named like a list of rooms and is no set",
            "not taken: user:eve:rooms: it names the room Nowhere000, which does not exist",
            "not taken: user:eve:rooms: it names the room Room000000, which is another client's and in that one's list",
        ]
    );
    assert_eq!((report.rooms.taken, report.messages.taken), (1, 3));
    assert_eq!(new.command(&["HGETALL", "room:{Room000003}"]).await.array().unwrap().len(), 2, "left alone");
}

#[tokio::test]
async fn of_a_room_longer_than_its_history_the_newest_are_taken_and_the_rest_is_told() {
    let (old, new) = (Redis::start().await, World::redis().await);
    let room = OldRoom::new(0, 120, 0);
    old::write(&old, std::slice::from_ref(&room)).await;
    let source = Source::open(&old.url()).await.unwrap();
    for (taken, there) in [(100, 0), (0, 100)] {
        let mut told = Told::default();
        let report = import::import(&source, &new.store, Options { history: 100 }, &mut told).await.unwrap();
        assert_eq!((report.messages.taken, report.messages.there, told.advanced), (taken, there, 120));
        assert_eq!(told.lines(), ["not taken: Room000000: messages 0 to 19: older than the 100 that a room keeps"]);
    }
    let kept = new.messages(&room.id).await;
    assert_eq!((kept.len(), kept[0].seq), (100, 2));
    let first: serde_json::Value = serde_json::from_str(&room.messages[20].stored.replace("\\ud83e", "?")).unwrap();
    assert_eq!(first["id"], kept[0].id);
}

#[tokio::test]
async fn a_second_run_finds_what_was_changed_in_the_new_store() {
    let (old, new) = (Redis::start().await, World::redis().await);
    let rooms: Vec<_> = (0..4).map(|n| OldRoom::new(n, 10, 1)).collect();
    old::write(&old, &rooms).await;
    import(&old, &new).await;
    new.command(&["HSET", "room:{Room000000}", "name", "renamed"]).await;
    new.command(&["ZREM", "rooms", "Room000001"]).await;
    new.command(&["XDEL", "room:{Room000002}:log", "0-5"]).await;
    let images = new.messages(&rooms[3].id).await.remove(0).images;
    new.command(&["DEL", &format!("room:{{Room000003}}:image:{}", images[0].id)]).await;
    let (report, told) = import(&old, &new).await;
    assert_eq!(
        told.lines(),
        [
            "differs: Room000000: its name, description, creator or time of creation",
            "differs: Room000001: its place in its creator's list or in the list of all rooms",
            "differs: Room000002, message 3: the new room has something else there",
            "differs: Room000003, message 0: an image of it is gone or another one",
        ]
    );
    assert_eq!((report.differs, report.messages.there, report.is_complete()), (4, 38, false));

    new.command(&["XTRIM", "room:{Room000001}:log", "MAXLEN", "4"]).await;
    let (report, _) = import(&old, &new).await;
    assert_eq!((report.not_compared, report.messages.there), (6, 32));
}

#[tokio::test]
async fn a_wrong_address_is_told_and_nothing_is_written() {
    let (old, new) = (Redis::start().await, World::redis().await);
    let source = Source::open(&old.url()).await.unwrap();
    let attempt = async |source: &Source, new: &World| {
        import::import(source, &new.store, Options::default(), &mut Told::default()).await.unwrap_err()
    };
    assert!(matches!(attempt(&source, &new).await, Error::NoSource("there is no key `rooms`")));
    old.ask(&["ZADD", "rooms", "1", "Room000000"]).await;
    assert!(matches!(attempt(&source, &new).await, Error::NoSource("its key `rooms` is no hash")));
    assert_eq!(new.command(&["DBSIZE"]).await.int().unwrap(), 0);

    old.ask(&["DEL", "rooms"]).await;
    old::write(&old, &[OldRoom::new(0, 1, 0)]).await;
    let itself = World::at(&old.url()).await;
    let before = old.ask(&["DEBUG", "DIGEST"]).await;
    assert!(matches!(attempt(&source, &itself).await, Error::SameStore));
    assert_eq!(old.ask(&["DEBUG", "DIGEST"]).await, before);
    let Err(error) = Source::open("redis://127.0.0.1:1").await else { panic!("nobody listens there") };
    assert!(matches!(error, Error::Source(_)), "{error}");
}

#[tokio::test]
async fn a_hub_that_is_live_is_known() {
    let new = World::redis().await;
    assert!(!import::hubs_are_live(&new.store).await.unwrap());
    new.store.beat("a-hub").await.unwrap();
    assert!(import::hubs_are_live(&new.store).await.unwrap());
}
