//! A store as v0.4 writes it, and what each of its messages is to become.

use domain::{ImageId, RoomId};
use serde_json::{Map, Value, json};

use crate::world::Redis;

/// 2025-04-25T10:00:00.000Z
const START: u64 = 1_745_575_200_000;

/// A room of v0.4 and its messages.
pub(crate) struct OldRoom {
    pub(crate) id: RoomId,
    pub(crate) owner: String,
    /// Unix time in ms.
    pub(crate) created: u64,
    pub(crate) messages: Vec<OldMessage>,
}

/// A message as v0.4 stores it.
pub(crate) struct OldMessage {
    /// The text in the list.
    pub(crate) stored: String,
    /// What REST answers for it here, without its seq; none when it can't be taken.
    pub(crate) new: Option<Value>,
    /// The image in it.
    pub(crate) image: Option<Vec<u8>>,
}

impl OldRoom {
    /// The `number`-th room, with as many messages and so many images spread over them.
    pub(crate) fn new(number: u64, messages: u64, images: u64) -> Self {
        let id = RoomId::parse(&format!("Room{number:06}")).unwrap();
        let owner = uuid(1, number % 3);
        let created = START + number * 60_000;
        let every = messages.checked_div(images).unwrap_or(u64::MAX);
        let messages = (0..messages)
            .map(|n| match n % every {
                0 if n / every < images => OldMessage::image(&id, created + n, n),
                _ => OldMessage::text(&id, created + n, n),
            })
            .collect();
        Self { id, owner, created, messages }
    }

    /// The room in the hash `rooms`, its keys in v0.4's order.
    pub(crate) fn json(&self) -> String {
        let (id, created, owner) = (&self.id, domain::timestamp(self.created), &self.owner);
        format!(
            r#"{{"id":"{id}","name":"Room {id} 茶 ☕","description":"","createdAt":"{created}","creatorId":"{owner}"}}"#
        )
    }

    /// The messages as REST has them here.
    pub(crate) fn new_messages(&self) -> Vec<Value> {
        let taken = self.messages.iter().filter_map(|message| message.new.clone()).zip(2..);
        taken
            .map(|(mut message, seq)| {
                message["seq"] = Value::from(seq);
                message
            })
            .collect()
    }
}

impl OldMessage {
    /// A text, now and then with what JavaScript writes in its own way.
    fn text(room: &RoomId, at: u64, number: u64) -> Self {
        let content = match number % 7 {
            0 => format!("**{number}** `a` <b>\"\\u0041\"</b>\n\t王小明 👋🏽 \u{2028}"),
            1 => "- [ ] $x^2$ https://example.org/?a=1&b=2".to_owned(),
            _ => format!("message {number} {}", "lorem ipsum ".repeat(usize::try_from(number % 12).unwrap())),
        };
        let mut fields = message(room, at, number, &content, "text");
        // By REST there is neither name nor avatar.
        if !number.is_multiple_of(5) {
            fields.insert("username".to_owned(), "🦄 Happy".into());
            fields.insert("avatar".to_owned(), json!({"text": "?", "color": "danger"}));
        }
        let mut new = Value::Object(fields.clone());
        let mut stored = to_text(&fields);
        if !number.is_multiple_of(5) {
            // The first UTF-16 unit of the name.
            stored = stored.replace(r#"{"text":"?""#, r#"{"text":"\ud83e""#);
            new["avatar"]["text"] = "\u{fffd}".into();
        }
        Self { stored, new: Some(new), image: None }
    }

    /// An image alone: a `data:` URL, or, from the events that cut an upload in parts, bare base64 with its type beside it.
    fn image(room: &RoomId, at: u64, number: u64) -> Self {
        use base64::Engine;
        let chunked = number.is_multiple_of(3);
        let (file, mime) = if chunked { (webp(number), "image/webp") } else { (png(number), "image/png") };
        let base64 = base64::engine::general_purpose::STANDARD.encode(&file);
        let content = if chunked { base64 } else { format!("data:{mime};base64,{base64}") };
        let mut fields = message(room, at, number, &content, "image");
        if chunked {
            fields.insert("mimeType".to_owned(), mime.into());
        }
        let stored = to_text(&fields);
        fields.remove("mimeType");
        fields.insert("content".to_owned(), "".into());
        let id = ImageId::of(&file);
        let image = json!({
            "id": id.as_str(), "url": format!("/api/rooms/{room}/images/{id}"), "mimeType": mime,
            "width": 320, "height": 200, "bytes": file.len()
        });
        fields.insert("images".to_owned(), json!([image]));
        Self { stored, new: Some(Value::Object(fields)), image: Some(file) }
    }

    /// An entry that is as it is, and can't be taken.
    pub(crate) fn left(stored: impl Into<String>) -> Self {
        Self { stored: stored.into(), new: None, image: None }
    }
}

fn message(room: &RoomId, at: u64, number: u64, content: &str, kind: &str) -> Map<String, Value> {
    let fields = json!({
        "id": uuid(2, number), "clientId": uuid(1, number % 4), "content": content, "roomId": room.as_str(),
        "timestamp": domain::timestamp(at), "messageType": kind
    });
    let Value::Object(fields) = fields else { unreachable!("it is one") };
    fields
}

/// As JSON.stringify writes a message: its keys in v0.4's order.
fn to_text(fields: &Map<String, Value>) -> String {
    let order = ["id", "clientId", "content", "roomId", "timestamp", "messageType", "username", "avatar", "mimeType"];
    let fields: Vec<_> = order.iter().filter_map(|name| Some(format!("\"{name}\":{}", fields.get(*name)?))).collect();
    format!("{{{}}}", fields.join(",")).replace(r#"{"color":"danger","text":"?"}"#, r#"{"text":"?","color":"danger"}"#)
}

fn uuid(kind: u64, number: u64) -> String {
    format!("{kind:08x}-0000-4000-8000-{number:012x}")
}

/// A PNG as far as its header tells, different for each number.
fn png(number: u64) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x40\0\0\0\xc8\x08\x06\0\0\0".to_vec();
    file.extend(filler(number));
    file
}

/// A WebP as far as its header tells.
fn webp(number: u64) -> Vec<u8> {
    let mut file = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x3f\x01\0\xc7\0\0".to_vec();
    file.extend(filler(number));
    file
}

/// 4 to 20 KiB that no compression makes small.
fn filler(number: u64) -> impl Iterator<Item = u8> {
    let length = 4_096 + usize::try_from(number * 811 % 16_384).unwrap();
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    })
    .take(length)
}

/// Writes rooms as v0.4 does, with what it keeps of who is there.
pub(crate) async fn write(redis: &Redis, rooms: &[OldRoom]) {
    let mut connection = redis.connection();
    for room in rooms {
        let mut pipe = redis::pipe();
        pipe.cmd("HSET").arg("rooms").arg(room.id.as_str()).arg(room.json()).ignore();
        pipe.cmd("SADD").arg(format!("user:{}:rooms", room.owner)).arg(room.id.as_str()).ignore();
        pipe.cmd("SADD").arg(format!("room:{}:members", room.id)).arg(&room.owner).ignore();
        pipe.cmd("HSET").arg("socket:clients").arg("s1").arg(&room.owner).ignore();
        pipe.cmd("HSET").arg("socket:rooms").arg("s1").arg(format!("[\"{}\"]", room.id)).ignore();
        let list = format!("room:{}:messages", room.id);
        for message in &room.messages {
            pipe.cmd("RPUSH").arg(&list).arg(&message.stored).ignore();
        }
        pipe.query_async::<()>(&mut connection).await.unwrap();
    }
}
