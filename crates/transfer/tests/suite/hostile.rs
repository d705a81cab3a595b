//! What is hostile in v0.4's store stays inert on its way in and on its way out.

use domain::{Avatar, Draft, RoomId};
use serde_json::{Value, json};
use transfer::export::Format;

use crate::corpus::texts;
use crate::export::{draft, exported, new_room, put_gif};
use crate::old::{self, OldMessage, OldRoom};
use crate::scanner::pictures;
use crate::world::{Redis, World, import};

/// The first characters of a text.
fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[tokio::test]
async fn hostile_texts_stay_texts_in_an_exported_page() {
    let world = World::embedded().await;
    let texts = texts();
    assert!(texts.len() > 600, "{} texts", texts.len());
    let room = new_room(&world, "</title><script>x</script>", "<img src=x onerror=\"y\">").await;
    let gif = put_gif(&world, &room, "").await;
    let mut sent = 0;
    for text in &texts {
        if text.trim().is_empty() {
            continue;
        }
        let hostile = Draft {
            username: Some(cut(text, 50)),
            avatar: Some(Avatar { text: cut(text, 16), color: "danger".to_owned() }),
            images: vec![gif.clone()],
            ..draft(&room, &cut(text, 16_000))
        };
        world.store.append(&hostile, 0).await.unwrap();
        sent += 1;
    }
    let (page, summary) = exported(&world, &room, Format::Html).await;
    assert_eq!((summary.messages, summary.images), (sent, sent));
    assert_eq!(pictures(&page).unwrap().len() as u64, sent);
    let (lines, _) = exported(&world, &room, Format::Jsonl).await;
    let lines: Vec<Value> = lines.split_terminator('\n').map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len() as u64, sent + 1);
}

#[tokio::test]
async fn hostile_messages_of_the_old_store_are_taken_or_told_and_never_act() {
    let (old, world) = (Redis::start().await, World::embedded().await);
    let mut room = OldRoom::new(0, 0, 0);
    for (number, text) in texts().into_iter().enumerate() {
        let fields = json!({
            "id": text, "clientId": text, "content": cut(&text, 16_000), "roomId": text, "timestamp": text,
            "messageType": text, "username": text, "avatar": {"text": text, "color": text}, "mimeType": text
        });
        room.messages.push(OldMessage::left(fields.to_string()));
        // As an image alone.
        let fields = json!({"content": text, "messageType": "image", "mimeType": text, "number": number});
        room.messages.push(OldMessage::left(fields.to_string()));
    }
    let total = room.messages.len() as u64;
    old::write(&old, std::slice::from_ref(&room)).await;
    let (report, told) = import(&old, &world).await;
    assert_eq!(report.messages.taken + report.left, total, "each is taken or told");
    assert!(report.messages.taken > 600, "{report}");
    assert!(told.findings.iter().all(|finding| !finding.reason.contains("canary")), "no text in a reason");

    let kept = world.messages(&room.id).await;
    assert_eq!(kept.len() as u64, report.messages.taken);
    for message in &kept {
        assert!(domain::MessageId::parse(&message.id, "id").is_ok());
        assert!(domain::ClientId::parse(&message.client_id, "clientId").is_ok());
        assert!(domain::unix_millis(&message.timestamp).is_some());
    }
    let (page, _) = exported(&world, &RoomId::parse("Room000000").unwrap(), Format::Html).await;
    pictures(&page).unwrap();
    let (again, _) = import(&old, &world).await;
    assert_eq!((again.messages.there, again.is_idle()), (report.messages.taken, true));
}
