//! Messages.

use serde::{Deserialize, Serialize};

use crate::{Avatar, ClientId, ImageId, MessageId, RoomId};

/// How a message was meant by v0.4. RoomTalk writes `Text`; `Image` marks a v0.4-style image message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageType {
    /// Markdown, with or without images.
    #[default]
    Text,
    /// An image alone.
    Image,
}

/// An image as a message carries it: everything that a page needs to lay it out, but the bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageRef {
    /// SHA-256 of the bytes, hex.
    pub id: String,
    /// Path on the edge: `/api/rooms/{roomId}/images/{id}`.
    pub url: String,
    /// By magic bytes: image/png, image/jpeg, image/gif, image/webp or image/avif.
    pub mime_type: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Length of the file in bytes.
    pub bytes: u64,
}

/// A message as readers see it, in the key order of the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// UUID.
    pub id: String,
    /// The sender.
    pub client_id: String,
    /// Markdown.
    pub content: String,
    /// The room.
    pub room_id: String,
    /// ISO 8601, UTC, milliseconds and Z.
    pub timestamp: String,
    /// `text` or `image`.
    pub message_type: MessageType,
    /// The sender's name when it was sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub username: Option<String>,
    /// The sender's avatar when it was sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub avatar: Option<Avatar>,
    /// v0.4's image type.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mime_type: Option<String>,
    /// Up to nine.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub images: Vec<ImageRef>,
    /// Seq of the message that this one answers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reply_to: Option<u64>,
    /// ISO 8601, when it was last edited.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub edited_at: Option<String>,
    /// The room's N-th event. Absent (0) only in the stored form, where the entry's id says it.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub seq: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// A checked message that is not stored yet. Images are named by id; the store knows the rest of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Where to.
    pub room: RoomId,
    /// From whom.
    pub client: ClientId,
    /// The id its sender chose. `None`: the server makes one, and a retry is a new message.
    pub id: Option<MessageId>,
    /// Markdown, at most 16 000 characters.
    pub content: String,
    /// `text` or `image`.
    pub message_type: MessageType,
    /// At most 50 characters.
    pub username: Option<String>,
    /// The sender's avatar.
    pub avatar: Option<Avatar>,
    /// Up to nine.
    pub images: Vec<ImageId>,
    /// Seq of the message that this one answers.
    pub reply_to: Option<u64>,
}

impl Draft {
    /// A text to which the server gives the id, from somebody without a name or an avatar.
    pub fn text(room: RoomId, client: ClientId, content: impl Into<String>) -> Self {
        Self {
            room,
            client,
            id: None,
            content: content.into(),
            message_type: MessageType::Text,
            username: None,
            avatar: None,
            images: Vec::new(),
            reply_to: None,
        }
    }
}

#[cfg(test)]
mod tests;
