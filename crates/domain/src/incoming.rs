//! A message as it arrives, by REST or by socket: one parser for both.

mod images;

use serde_json::{Map, Value};

use crate::{
    Avatar, ClientId, Code, Draft, Error, InlineImage, MessageId, MessageType, Result, RoomId, avatar, fields, limits,
    text,
};
use images::Images;

/// The largest integer that every JSON reader keeps exact.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// A checked message with the image files that came inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// The message. `draft.images` names the inline images too, each in its place.
    pub draft: Draft,
    /// The files to store before the message, each once.
    pub inline: Vec<InlineImage>,
}

impl Incoming {
    /// The sender that a message's fields name. Absent or empty: 400 with v0.4's text.
    pub fn sender(fields: &Map<String, Value>) -> Result<ClientId> {
        match fields::text(fields, "clientId")? {
            None | Some("") => Err(missing("clientId")),
            Some(id) => ClientId::parse(id, "clientId"),
        }
    }

    /// Checks the fields of a message: `content`, `messageType`, `mimeType`, `username`, `avatar`, `messageId`, `replyTo`
    /// and `images`. `null` is the same as absent; other fields are ignored.
    ///
    /// Control characters are dropped, but for line breaks and tabs in the content; names are trimmed to one line.
    /// Lengths are counted after that.
    ///
    /// `images` holds up to nine of: an image id, a `data:` URL, an object with `id`. Without one, content that shows
    /// nothing is refused as missing (400, v0.4's text). A v0.4 image message (`messageType` "image", content a `data:`
    /// URL or base64) becomes a message with that image and without content.
    pub fn parse(room: RoomId, client: ClientId, fields: &Map<String, Value>) -> Result<Self> {
        let mut content = fields::text(fields, "content")?.unwrap_or_default();
        let message_type = message_type(fields)?;
        let listed = fields::list(fields, "images")?;
        let claim = fields::text(fields, "mimeType")?;

        let mut images = Images::default();
        let content_is_image = message_type == MessageType::Image
            && (images::is_data_url(content) || (listed.is_empty() && !text::is_blank(content)));
        if listed.len() + usize::from(content_is_image) > limits::IMAGES_PER_MESSAGE {
            return Err(Error::invalid("images", format!("must be at most {}", limits::IMAGES_PER_MESSAGE)));
        }
        if content_is_image {
            images.add_encoded(content, claim).map_err(|e| e.at("content"))?;
            content = "";
        }
        for entry in listed {
            images.add_entry(entry).map_err(|e| e.at("images"))?;
        }

        let content = fields::at_most(text::clean(content), limits::CONTENT_CHARS, "content")?;
        if images.ids.is_empty() && text::is_blank(&content) {
            return Err(missing("content"));
        }
        let draft = Draft {
            room,
            client,
            id: fields::text(fields, "messageId")?.map(|id| MessageId::parse(id, "messageId")).transpose()?,
            content,
            message_type,
            username: username(fields)?,
            avatar: sent_avatar(fields)?,
            images: images.ids,
            reply_to: reply_to(fields)?,
        };
        Ok(Self { draft, inline: images.inline })
    }
}

fn missing(field: &'static str) -> Error {
    Error::new(Code::MissingField, "Client ID, room ID, and message content are required").at(field)
}

fn message_type(fields: &Map<String, Value>) -> Result<MessageType> {
    match fields::text(fields, "messageType")? {
        None | Some("text") => Ok(MessageType::Text),
        Some("image") => Ok(MessageType::Image),
        Some(_) => Err(Error::invalid("messageType", "must be \"text\" or \"image\"")),
    }
}

/// A name of which nothing can be seen is no name.
fn username(fields: &Map<String, Value>) -> Result<Option<String>> {
    let Some(name) = fields::text(fields, "username")? else { return Ok(None) };
    let name = fields::at_most(text::clean_line(name), limits::USERNAME_CHARS, "username")?;
    Ok(Some(name).filter(|name| !text::is_blank(name)))
}

/// A colour that the page does not know becomes `default`, as in v0.4's page. A text of which nothing can be seen is none.
fn sent_avatar(fields: &Map<String, Value>) -> Result<Option<Avatar>> {
    let Some(avatar) = fields::object(fields, "avatar")? else { return Ok(None) };
    let part = |name| {
        fields::text(avatar, name)
            .map(Option::unwrap_or_default)
            .map_err(|_| Error::invalid("avatar", format!("must have a string in {name}")))
    };
    let letters =
        fields::at_most(text::clean_line(part("text")?), limits::AVATAR_TEXT_CHARS, "text").map_err(|_| {
            Error::invalid("avatar", format!("must have at most {} characters in text", limits::AVATAR_TEXT_CHARS))
        })?;
    let text = if text::is_blank(&letters) { String::new() } else { letters };
    Ok(Some(Avatar { text, color: avatar::known_color(part("color")?).to_owned() }))
}

fn reply_to(fields: &Map<String, Value>) -> Result<Option<u64>> {
    match fields.get("replyTo") {
        None | Some(Value::Null) => Ok(None),
        Some(seq) => match seq.as_u64() {
            Some(seq @ 1..=MAX_SAFE_INTEGER) => Ok(Some(seq)),
            _ => Err(Error::invalid("replyTo", "must be the seq of a message, a positive integer")),
        },
    }
}

#[cfg(test)]
mod tests;
