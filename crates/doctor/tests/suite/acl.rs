//! The Redis user of docs/stores.md: it may do all that RoomTalk does, and nothing else.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use doctor::Verdict;
use domain::{ClientId, Draft, ImageId, ImageRef, MessageId, NewRoom, RateLimits, RoomId};
use store::{Cursor, Event, Image, PageRequest, Quota, ReqwestTransport, Store, StoreConfig};

use crate::world::{RedisServer, TOKEN, ended, examine, over_as, url};

/// 2026-11-24T00:00:00.000Z
const NOW: u64 = 1_795_478_400_000;

/// The configuration of the page, for a person who may do everything, too.
fn documented() -> String {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/stores.md")).unwrap();
    let (_, rest) = page.split_once("```conf\n").expect("the page has a redis.conf");
    let (lines, _) = rest.split_once("```").unwrap();
    format!("{lines}\nuser admin on nopass allkeys allchannels +@all")
}

/// The user's line of the page.
fn user() -> String {
    documented().lines().find(|line| line.starts_with("user roomtalk ")).expect("the page has a user").to_owned()
}

fn password() -> String {
    user().split(' ').find_map(|word| word.strip_prefix('>')).unwrap().to_owned()
}

#[tokio::test]
async fn the_documented_redis_passes_every_check() {
    let redis = RedisServer::start(&documented()).await;
    let gateway = over_as(&redis, "roomtalk", &password()).await;
    let report = examine(&url(&gateway)).await;
    assert_eq!((report.verdict(), ended(&report, Verdict::Ok).len()), (Verdict::Ok, report.findings.len()), "{report}");
}

#[tokio::test]
async fn the_documented_user_may_do_all_that_roomtalk_does() {
    let redis = RedisServer::start(&documented()).await;
    let gateway = over_as(&redis, "roomtalk", &password()).await;
    let config =
        StoreConfig { url: url(&gateway), token: TOKEN.to_owned(), history: 10, deadline: Duration::from_secs(30) };
    // Another test of this process may have installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let store = Arc::new(Store::new(ReqwestTransport::new().unwrap(), config));
    let mut events = store.subscribe().await.unwrap();
    let quota = Quota { limits: RateLimits::default(), address: "192.0.2.1".parse().ok() };
    let ada = ClientId::parse("ada", "clientId").unwrap();

    let new = NewRoom::new(ada.clone(), "a room", "").unwrap();
    let room = store.create_room_within(&new, NOW, &quota).await.unwrap();
    let id = RoomId::parse(&room.id).unwrap();
    assert!(matches!(events.next().await.unwrap(), Event::Room { .. }));
    let image = image(&id);
    store.put_image_within(&id, &image, NOW, &quota).await.unwrap();
    let image_id = ImageId::parse(&image.meta.id).unwrap();
    let draft = draft(&id, &ada, &image_id);
    for repeated in [false, true] {
        let appended = store.append_within(&draft, NOW, &quota).await.unwrap();
        assert_eq!((appended.message.seq, appended.repeated), (2, repeated));
    }
    assert!(matches!(events.next().await.unwrap(), Event::Message { seq: 2, .. }));
    assert_eq!(store.image(&id, &image_id).await.unwrap().unwrap().data, image.data);
    for cursor in [Cursor::Newest, Cursor::Before(3), Cursor::After(1)] {
        assert_eq!(store.page(&id, PageRequest::new(cursor, 10)).await.unwrap().messages.len(), 1);
    }
    assert_eq!(store.rooms_of(&ada).await.unwrap().len(), 1);
    assert_eq!(store.room(&id).await.unwrap().unwrap().name, "a room");

    store.beat("hub").await.unwrap();
    assert_eq!(store.status().await.unwrap(), (1, true));
    assert_eq!(store.enter(&id, "hub", &ada).await.unwrap().online.len(), 1);
    store.join(&id, "hub", &ClientId::parse("bob", "clientId").unwrap()).await.unwrap();
    store.leave(&id, "hub", &ada).await.unwrap();
    store.forget(&id, &[("bob".to_owned(), "hub".to_owned())]).await.unwrap();
    assert_eq!(store.live_hubs(&["hub".to_owned()]).await.unwrap(), ["hub"]);
    store.retire("hub").await.unwrap();
    assert_eq!(store.check().await.unwrap().lacks, [""; 0]);
}

#[tokio::test]
async fn each_command_of_the_documented_user_is_needed_and_missed_by_the_doctor() {
    let redis = RedisServer::start(&documented()).await;
    let user = user();
    let commands: Vec<&str> = user.split(' ').filter_map(|word| word.strip_prefix('+')).collect();
    assert!(commands.len() >= 30, "{commands:?}");
    for command in commands {
        // Giving topics back is not asked about.
        if command == "unsubscribe" {
            continue;
        }
        let rule = |sign| format!("ACL SETUSER roomtalk {sign}{command}");
        redis.must(&["AUTH admin x", &rule('-')]).await;
        // Each time another: a connection that may not EXEC stays in its transaction.
        let gateway = over_as(&redis, "roomtalk", &password()).await;
        let report = examine(&url(&gateway)).await;
        let optional = ["info", "time", "config|get"].contains(&command);
        match report.verdict() {
            Verdict::Fail => assert!(!optional, "{command}: {report}"),
            Verdict::Warn => assert!(optional, "{command}: {report}"),
            verdict => assert!(command == "info" || command == "config|get", "{command}: {verdict:?} {report}"),
        }
        redis.must(&["AUTH admin x", &rule('+')]).await;
    }
    let gateway = over_as(&redis, "roomtalk", &password()).await;
    assert_eq!(examine(&url(&gateway)).await.verdict(), Verdict::Ok);
}

fn image(room: &RoomId) -> Image {
    let data = b"an image";
    let id = ImageId::of(data).to_string();
    let meta = ImageRef {
        url: format!("/api/rooms/{room}/images/{id}"),
        id,
        mime_type: "image/png".to_owned(),
        width: 1,
        height: 1,
        bytes: data.len() as u64,
    };
    Image { meta, data: bytes::Bytes::from_static(data) }
}

fn draft(room: &RoomId, client: &ClientId, image: &ImageId) -> Draft {
    Draft {
        id: Some(MessageId::parse("01930000-0000-7000-8000-000000000000", "messageId").unwrap()),
        images: vec![image.clone()],
        ..Draft::text(room.clone(), client.clone(), "hello")
    }
}
