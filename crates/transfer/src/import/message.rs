//! An old message as a new one.

use domain::{Incoming, InlineImage, Message, MessageId, RoomId, json, limits};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::client::client;
use super::embedded::{Apart, take_out};

/// A message that fits, its images apart, and what had to be changed for it.
#[derive(Debug)]
pub(crate) struct Taken {
    /// As it is stored: seq 0.
    pub(crate) message: Message,
    /// The files that it names, each once.
    pub(crate) images: Vec<InlineImage>,
    pub(crate) changes: Vec<String>,
}

/// Where a message stands.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) room: &'a RoomId,
    /// In the old list, from 0.
    pub(crate) position: u64,
    /// The time of the message before it, or of the room's creation: for one without a time of its own.
    pub(crate) time_before: &'a str,
}

/// Reads an entry of an old list and checks it as a message that arrives is checked. `Err`: why it can't be taken.
///
/// The same entry at the same place gives the same message each time. Nothing of its text stands in a reason.
pub(crate) fn take(place: Place<'_>, entry: &[u8]) -> Result<Taken, String> {
    let old = match json::from_slice(entry) {
        Ok(Value::Object(old)) => old,
        Ok(_) => return Err("JSON, but no object".to_owned()),
        // The error's own words may quote the text.
        Err(error) => return Err(format!("malformed JSON (at byte {} of {})", error.column(), entry.len())),
    };
    let mut changes = Vec::new();
    let id = id(&old, place, entry, &mut changes);
    let sender = client(old.get("clientId"), "clientId", &mut changes);
    let time = time(&old, place.time_before, &mut changes);
    if old.get("roomId").is_some_and(|room| room.as_str() != Some(place.room.as_str())) {
        changes.push("it names another room than the one that it is in".to_owned());
    }

    let content = match old.get("content") {
        Some(Value::String(content)) => content,
        None | Some(Value::Null) => return Err("it has no content".to_owned()),
        Some(_) => return Err("its content is no text".to_owned()),
    };
    let mut fields = Map::new();
    for name in ["username", "avatar"] {
        fields.extend(old.get(name).map(|value| (name.to_owned(), value.clone())));
    }
    let is_image = match old.get("messageType") {
        None | Some(Value::Null) => false,
        Some(Value::String(kind)) if kind == "text" || kind == "image" => kind == "image",
        Some(_) => {
            changes.push("its messageType is unknown; it was taken as text, which v0.4 showed it as".to_owned());
            false
        }
    };
    let mut embedded = Vec::new();
    if is_image {
        fields.insert("messageType".to_owned(), "image".into());
        fields.insert("content".to_owned(), without_claim(content).into());
    } else {
        let Apart { text, images } = take_out(content);
        fields.insert("content".to_owned(), text.into());
        embedded = images;
    }

    let Incoming { draft, inline } = parse(place.room, &sender, &mut fields, &mut changes)?;
    if !is_image && fields.get("content").and_then(Value::as_str) != Some(draft.content.as_str()) {
        changes.push("control characters were left out of its text".to_owned());
    }
    // Either an image message, or a text with pictures inside it.
    let shown = embedded.iter().chain(&inline).map(|image| image.meta.in_room(place.room)).collect();
    let mut images = inline;
    for image in embedded {
        if images.iter().all(|known| known.meta.id != image.meta.id) {
            images.push(image);
        }
    }
    let message = Message {
        id: id.to_string(),
        client_id: sender.to_string(),
        content: draft.content,
        room_id: place.room.to_string(),
        timestamp: time,
        message_type: draft.message_type,
        username: draft.username,
        avatar: draft.avatar,
        mime_type: None,
        images: shown,
        reply_to: None,
        edited_at: None,
        seq: 0,
    };
    Ok(Taken { message, images, changes })
}

/// Checks the fields as those of a message that arrives, and again without what is not worth losing the message for.
fn parse(
    room: &RoomId,
    sender: &domain::ClientId,
    fields: &mut Map<String, Value>,
    changes: &mut Vec<String>,
) -> Result<Incoming, String> {
    loop {
        let refusal = match Incoming::parse(room.clone(), sender.clone(), fields) {
            Ok(incoming) => return Ok(incoming),
            Err(refusal) => refusal,
        };
        match (refusal.field.as_deref(), fields.remove(refusal.field.as_deref().unwrap_or_default())) {
            (Some("username"), Some(Value::String(name))) => {
                let most = limits::USERNAME_CHARS;
                changes.push(format!("its username is longer than {most} characters and was cut"));
                fields.insert("username".to_owned(), name.chars().take(most).collect::<String>().into());
            }
            (Some("username" | "avatar"), Some(_)) => changes.push(format!("{refusal}; it was left out")),
            (Some("content"), Some(Value::String(content))) if content.is_empty() => {
                return Err("its content is empty".to_owned());
            }
            _ => return Err(reason(&refusal)),
        }
    }
}

/// What people are told: a text that shows nothing is refused as if it were missing.
fn reason(refusal: &domain::Error) -> String {
    match refusal.code {
        domain::Code::MissingField => "its content shows nothing".to_owned(),
        _ => refusal.to_string(),
    }
}

/// The id. v0.4's are UUIDs; what is none becomes one that is made from the place and the entry.
fn id(old: &Map<String, Value>, place: Place<'_>, entry: &[u8], changes: &mut Vec<String>) -> MessageId {
    let written = old.get("id").and_then(Value::as_str);
    if let Some(id) = written.and_then(|id| MessageId::parse(id, "id").ok()) {
        if written != Some(id.as_str()) {
            changes.push("its id is written in another way than a UUID is here".to_owned());
        }
        return id;
    }
    changes.push("its id is no UUID; one was made for it".to_owned());
    let mut hash = Sha256::new();
    hash.update(place.room.as_str());
    hash.update(place.position.to_be_bytes());
    hash.update(entry);
    let mut random = [0; 16];
    for (to, from) in random.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    let id = uuid::Builder::from_custom_bytes(random).into_uuid().to_string();
    let Ok(id) = MessageId::parse(&id, "id") else { unreachable!("a UUID is an id") };
    id
}

fn time(old: &Map<String, Value>, before: &str, changes: &mut Vec<String>) -> String {
    match old.get("timestamp").and_then(Value::as_str) {
        Some(time) if domain::unix_millis(time).is_some() => time.to_owned(),
        _ => {
            changes.push("its timestamp is no time of v0.4's; that of the message before it was taken".to_owned());
            before.to_owned()
        }
    }
}

/// A `data:` URL that does not say what it holds. Browsers look at the bytes and not at what v0.4's page said of them, which
/// came from the file's name.
fn without_claim(content: &str) -> String {
    let claim = content.trim_start().get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"));
    match content.split_once(',').filter(|_| claim) {
        Some((head, data)) => {
            let base64 = head.trim_end().to_ascii_lowercase().ends_with("base64");
            format!("data:application/octet-stream{},{data}", if base64 { ";base64" } else { "" })
        }
        None => content.to_owned(),
    }
}

#[cfg(test)]
mod tests;
