//! What makes two sendings of one message id the same message.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::{Draft, MessageType};

impl Draft {
    /// A short hash (32 hex digits) of what the message says: content, type, images in their order, and what it answers.
    ///
    /// A retry under the same message id has the same fingerprint; the id used for anything else has another. The
    /// username and the avatar are left out: a user who was renamed between two tries is still retrying.
    pub fn fingerprint(&self) -> String {
        // Everything of varying length is preceded by its length, so no two messages are written alike.
        let mut hash = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(bytes);
        };
        part(self.content.as_bytes());
        part(match self.message_type {
            MessageType::Text => b"text",
            MessageType::Image => b"image",
        });
        part(&self.reply_to.map(u64::to_be_bytes).unwrap_or_default());
        for image in &self.images {
            part(image.as_str().as_bytes());
        }
        hex(hash.finalize().iter().take(16).copied())
    }
}

/// Lower-case hex.
pub(crate) fn hex(bytes: impl Iterator<Item = u8>) -> String {
    bytes.fold(String::new(), |mut hex, byte| {
        // Writing to a String can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests;
