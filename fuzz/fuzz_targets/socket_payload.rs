//! What a socket's events carry, read as the hub reads it: refused as the client's fault, or within every limit, and the
//! same when it is written and read again.
#![no_main]

use domain::payload::{self, message_id, number, object, room};
use domain::{ClientId, Draft, ImageMeta, Incoming, MessageType, NewRoom, Result, RoomId, limits};
use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::{Map, Value, json};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    let Some((event, arguments)) = payload::event(text) else { return Corpus::Keep };
    if arguments.iter().all(is_exact) {
        let mut items = vec![Value::from(event.clone())];
        items.extend(arguments.iter().cloned());
        assert_eq!(payload::event(&Value::from(items).to_string()), Some((event, arguments.clone())));
    }

    let argument = arguments.first();
    blames_the_client(payload::registration(argument).map(|wish| wish.client.as_ref().map(is_id)));
    blames_the_client(argument.map_or(Ok(None), payload::handshake));
    blames_the_client(room(argument).and_then(|(room, fields)| {
        assert_eq!(room, RoomId::parse(room.as_str())?);
        let Some(fields) = fields else { return Ok(()) };
        for name in ["after", "before", "limit"] {
            if let Some(number) = number(fields, name)? {
                assert_eq!(Some(&Value::from(number)), fields.get(name));
            }
        }
        message_id(fields, "afterId").map(drop)
    }));
    let client = ClientId::parse("somebody", "clientId").expect("an id");
    blames_the_client(object(argument).and_then(|fields| {
        blames_the_client(Incoming::sender(fields).map(|client| is_id(&client)));
        blames_the_client(NewRoom::parse(client.clone(), fields).map(new_room));
        message(fields, client)
    }));
    Corpus::Keep
});

/// Whether there is no fraction in it: those are read to the last digit but one.
fn is_exact(value: &Value) -> bool {
    match value {
        Value::Number(number) => !number.is_f64(),
        Value::Array(items) => items.iter().all(is_exact),
        Value::Object(fields) => fields.values().all(is_exact),
        _ => true,
    }
}

fn blames_the_client<T>(result: Result<T>) {
    if let Err(error) = result {
        assert!((400..500).contains(&error.code.status()), "{error}");
        assert!(!error.message.is_empty());
    }
}

fn is_id(client: &ClientId) {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    assert!((1..=64).contains(&client.as_str().len()) && client.as_str().bytes().all(allowed));
}

fn new_room(room: NewRoom) {
    is_line(&room.name, limits::ROOM_NAME_CHARS);
    assert!(!room.name.is_empty());
    is_text(&room.description, limits::ROOM_DESCRIPTION_CHARS);
    let again = NewRoom::new(room.creator.clone(), &room.name, &room.description);
    assert_eq!(again, Ok(room));
}

fn message(fields: &Map<String, Value>, client: ClientId) -> Result<()> {
    let room = RoomId::parse("abcdefghij")?;
    let Incoming { draft, inline } = Incoming::parse(room, client, fields)?;
    is_text(&draft.content, limits::CONTENT_CHARS);
    assert!(!draft.content.trim().is_empty() || !draft.images.is_empty());
    assert!(draft.images.len() <= limits::IMAGES_PER_MESSAGE);
    if let Some(name) = &draft.username {
        is_line(name, limits::USERNAME_CHARS);
    }
    if let Some(avatar) = &draft.avatar {
        is_line(&avatar.text, limits::AVATAR_TEXT_CHARS);
    }
    for image in &inline {
        assert!(draft.images.contains(&image.meta.id));
        assert_eq!(ImageMeta::read(&image.data), Ok(image.meta.clone()));
    }
    let again = Incoming::parse(draft.room.clone(), draft.client.clone(), &written(&draft))?;
    assert_eq!(again, Incoming { draft, inline: Vec::new() });
    Ok(())
}

/// A message as a client would send it that names its images.
fn written(draft: &Draft) -> Map<String, Value> {
    let image = draft.message_type == MessageType::Image;
    let fields = json!({
        "content": draft.content,
        "messageType": if image { "image" } else { "text" },
        "username": draft.username,
        "avatar": draft.avatar.as_ref().map(|avatar| json!({ "text": avatar.text, "color": avatar.color })),
        "messageId": draft.id.as_ref().map(ToString::to_string),
        "images": draft.images.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "replyTo": draft.reply_to,
    });
    fields.as_object().cloned().unwrap_or_default()
}

fn is_text(text: &str, most: usize) {
    assert!(text.chars().count() <= most);
    assert!(!text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t')), "{text:?}");
}

fn is_line(text: &str, most: usize) {
    assert!(text.chars().count() <= most);
    assert!(!text.contains(|c: char| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')));
    assert_eq!(text, text.trim());
}
