//! Rooms are written out whole.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use domain::{ClientId, Draft, ImageId, ImageMeta, NewRoom, RateLimits, RoomId};
use http_body_util::Empty;
use rest::{Budget, Call, Origins};
use serde_json::Value;
use store::Image;
use transfer::Error;
use transfer::export::{self, Format, Summary};

use crate::old::{self, OldRoom};
use crate::scanner::pictures;
use crate::world::{Redis, World, import};

static BUDGET: Budget = Budget::new(16 * 1024 * 1024);

/// What an export wrote.
pub(crate) async fn exported(world: &World, room: &RoomId, format: Format) -> (String, Summary) {
    let mut out = Vec::new();
    let summary = export::export(&world.store, room, format, &mut out).await.unwrap();
    (String::from_utf8(out).unwrap(), summary)
}

pub(crate) async fn new_room(world: &World, name: &str, description: &str) -> RoomId {
    let creator = ClientId::parse("creator", "clientId").unwrap();
    let room = world.store.create_room(&NewRoom::new(creator, name, description).unwrap(), 0).await.unwrap();
    RoomId::parse(&room.id).unwrap()
}

pub(crate) fn draft(room: &RoomId, content: &str) -> Draft {
    Draft::text(room.clone(), ClientId::parse("sender", "clientId").unwrap(), content)
}

/// A GIF of one pixel with something behind it.
pub(crate) async fn put_gif(world: &World, room: &RoomId, behind: &str) -> ImageId {
    let mut data = STANDARD.decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7").unwrap();
    data.extend(behind.bytes());
    let meta = ImageMeta::read(&data).unwrap();
    let image = Image { meta: meta.in_room(room), data: data.into() };
    world.store.put_image(room, &image).await.unwrap();
    meta.id
}

/// All messages by the REST API, page by page.
async fn by_rest(world: &World, room: &RoomId) -> Vec<Value> {
    let identities = domain::Identities::new("secret", true).unwrap();
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let uri = format!("/api/rooms/{room}/messages?after={after}&limit=200");
        let request = http::Request::get(uri).body(Empty::<Bytes>::new()).unwrap();
        let handle =
            async |call: Call| rest::messages::handle(call, &world.store, &identities, RateLimits::default(), 0).await;
        let response = rest::answer(request, &Origins::default(), &BUDGET, || std::future::ready(()), handle).await;
        assert_eq!(response.status(), 200);
        let page: Vec<Value> = serde_json::from_slice(response.body()).unwrap();
        let Some(last) = page.last() else { return all };
        after = last["seq"].as_u64().unwrap();
        all.extend(page);
    }
}

#[tokio::test]
async fn json_lines_are_the_room_and_what_rest_answers_with_the_images_in_them() {
    let (old, world) = (Redis::start().await, World::redis().await);
    let room = OldRoom::new(0, 450, 9);
    old::write(&old, std::slice::from_ref(&room)).await;
    import(&old, &world).await;
    let (twice, gif) = (put_gif(&world, &room.id, "a").await, put_gif(&world, &room.id, "b").await);
    let images = vec![twice.clone(), gif, twice];
    world.store.append(&Draft { images, reply_to: Some(3), ..draft(&room.id, "three") }, 0).await.unwrap();

    let (text, summary) = exported(&world, &room.id, Format::Jsonl).await;
    assert_eq!(summary, Summary { messages: 451, images: 12, ..Summary::default() });
    let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut first = lines.next().unwrap();
    let seqs = [first["oldestSeq"].take(), first["latestSeq"].take()];
    assert_eq!(seqs, [Value::from(1), Value::from(452)]);
    first.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    assert_eq!(first, serde_json::to_value(world.store.room(&room.id).await.unwrap().unwrap()).unwrap());

    let mut messages: Vec<_> = lines.collect();
    for message in &mut messages {
        for image in message.get_mut("images").and_then(Value::as_array_mut).into_iter().flatten() {
            let data = image.as_object_mut().unwrap().remove("data").unwrap();
            let data = STANDARD.decode(data.as_str().unwrap()).unwrap();
            assert_eq!(image["id"], ImageId::of(&data).as_str(), "the bytes are those of the id");
            assert_eq!(image["bytes"], data.len());
        }
    }
    assert_eq!(messages, by_rest(&world, &room.id).await);
}

#[tokio::test]
async fn the_page_holds_every_message_and_every_image() {
    let (old, world) = (Redis::start().await, World::embedded().await);
    let room = OldRoom::new(0, 450, 9);
    old::write(&old, std::slice::from_ref(&room)).await;
    import(&old, &world).await;
    let gifs = vec![put_gif(&world, &room.id, "a").await, put_gif(&world, &room.id, "b").await];
    let text = "first ![*the* \"second\" /> one](image:2), then a | b\n\n|a|\n|:-:|\n|b|";
    let placed = Draft { images: gifs.clone(), reply_to: Some(3), ..draft(&room.id, text) };
    world.store.append(&placed, 0).await.unwrap();

    let (page, summary) = exported(&world, &room.id, Format::Html).await;
    assert_eq!(summary, Summary { messages: 451, images: 11, ..Summary::default() });
    let shown = pictures(&page).unwrap();
    let mut files = Vec::new();
    for message in world.messages(&room.id).await {
        assert!(page.contains(&format!("<article id=\"m{}\">", message.seq)));
        assert!(page.contains(&format!("datetime=\"{}\"", message.timestamp)));
        assert!(page.contains(&domain::markdown::to_html(&message.content, &[])) || !message.images.is_empty());
        files.extend(message.images.into_iter().map(|image| (image.mime_type, image.id)));
    }
    // The one that the text places stands before the one that it does not.
    let last = files.len() - 1;
    files.swap(last - 1, last);
    let decoded = |url: &&str| {
        let (head, data) = url.split_once(";base64,").unwrap();
        (head.strip_prefix("data:").unwrap().to_owned(), ImageId::of(&STANDARD.decode(data).unwrap()).to_string())
    };
    assert_eq!(shown.iter().map(decoded).collect::<Vec<_>>(), files);
    assert!(page.contains("alt=\"the &quot;second&quot; /&gt; one\""));
    assert!(page.contains("<a class=\"seq\" href=\"#m3\">answers #3</a>"));
    assert_eq!(page.matches("<article ").count(), 451);
    assert!(!page.contains("/api/rooms/"), "nothing is fetched");
}

#[tokio::test]
async fn the_page_s_policy_lets_nothing_act_but_its_own_style() {
    use sha2::{Digest, Sha256};
    let world = World::embedded().await;
    let room = new_room(&world, "Tea", "").await;
    let (page, _) = exported(&world, &room, Format::Html).await;
    let style = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    let hash = STANDARD.encode(Sha256::digest(style));
    let policy =
        format!("default-src 'none'; img-src data:; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'");
    let meta = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
    assert!(page.find(&meta).unwrap() < page.find("<style>").unwrap(), "the policy stands before what it is about");
    assert!(style.contains("prefers-color-scheme: dark") && style.contains("color-scheme: light dark"));
    assert!(!style.contains("url(") && !style.contains("@import"));
    pictures(&page).unwrap();
}

#[tokio::test]
async fn while_others_write_each_message_comes_once_up_to_the_newest_at_the_beginning() {
    let world = World::redis().await;
    let room = new_room(&world, "busy", "").await;
    for number in 0..450 {
        world.store.append(&draft(&room, &number.to_string()), 0).await.unwrap();
    }
    let mut out = Vec::new();
    let writing = async {
        for number in 0.. {
            world.store.append(&draft(&room, &format!("late {number}")), 0).await.unwrap();
        }
    };
    let summary = tokio::select! {
        summary = export::export(&world.store, &room, Format::Jsonl, &mut out) => summary.unwrap(),
        () = writing => unreachable!("it writes for ever"),
    };
    let text = String::from_utf8(out).unwrap();
    let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let latest = lines.next().unwrap()["latestSeq"].as_u64().unwrap();
    let seqs: Vec<_> = lines.map(|message| message["seq"].as_u64().unwrap()).collect();
    assert!(latest >= 451);
    assert_eq!(seqs, (2..=latest).collect::<Vec<_>>());
    assert_eq!((summary.messages, summary.is_complete()), (latest - 1, true));
}

#[tokio::test]
async fn a_room_whose_beginning_was_trimmed_is_written_from_its_oldest_message_on() {
    let world = World::redis().await;
    let room = new_room(&world, "long", "").await;
    for number in 0..10 {
        world.store.append(&draft(&room, &number.to_string()), 0).await.unwrap();
    }
    world.command(&["XTRIM", &format!("room:{{{room}}}:log"), "MAXLEN", "4"]).await;
    let (text, summary) = exported(&world, &room, Format::Jsonl).await;
    assert_eq!((summary.messages, summary.is_complete()), (4, true));
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["oldestSeq"], &lines[0]["latestSeq"]), (&8.into(), &11.into()));
    let seqs: BTreeMap<_, _> = lines[1..].iter().map(|m| (m["seq"].as_u64().unwrap(), &m["content"])).collect();
    assert_eq!(seqs.keys().copied().collect::<Vec<_>>(), [8, 9, 10, 11]);
}

#[tokio::test]
async fn an_image_that_is_gone_is_told_and_leaves_its_place() {
    let world = World::embedded().await;
    let room = new_room(&world, "Tea", "").await;
    let (kept, gone) = (put_gif(&world, &room, "kept").await, put_gif(&world, &room, "gone").await);
    let text = "a ![x](image:1) b";
    world.store.append(&Draft { images: vec![gone.clone(), kept], ..draft(&room, text) }, 0).await.unwrap();
    world.command(&["DEL", &format!("room:{{{room}}}:image:{gone}")]).await;

    let missing = Summary { messages: 1, images: 1, missing: vec![(2, gone.to_string())], trimmed: 0 };
    let (text, summary) = exported(&world, &room, Format::Jsonl).await;
    assert_eq!(summary, missing);
    let message: Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
    assert!(message["images"][0]["data"].is_null() && message["images"][1]["data"].is_string());
    let (page, summary) = exported(&world, &room, Format::Html).await;
    assert_eq!(summary, missing);
    assert_eq!(pictures(&page).unwrap().len(), 1);
    assert!(page.contains("<p>a <span class=\"missing\">an image that is no longer kept</span> b</p>"), "{page}");
}

#[tokio::test]
async fn a_room_that_is_not_there_is_no_empty_file() {
    let world = World::embedded().await;
    let mut out = Vec::new();
    let id = RoomId::parse("Nowhere000").unwrap();
    let outcome = export::export(&world.store, &id, Format::Html, &mut out).await;
    assert!(matches!(outcome, Err(Error::NoRoom)));
    assert!(out.is_empty());
}

#[tokio::test]
async fn a_room_of_a_store_that_a_newer_version_has_used_is_not_written_out() {
    let world = World::embedded().await;
    let room = new_room(&world, "a room", "").await;
    assert!(exported(&world, &room, Format::Jsonl).await.1.is_complete());
    world.command(&["SET", "room:layout", "2"]).await;
    let mut out = Vec::new();
    let error = export::export(&world.store, &room, Format::Jsonl, &mut out).await.unwrap_err();
    assert!(
        matches!(&error, Error::Store(store::Error::Refused(refusal)) if refusal.message.contains("layout 2")),
        "{error}"
    );
    assert!(out.is_empty());
}
