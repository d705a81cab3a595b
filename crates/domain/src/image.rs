//! What an image file says of itself, read from its header. No pixel is decoded.

mod avif;
mod format;
mod gif;
mod jpeg;

use sha2::{Digest, Sha256};

use crate::{Code, Error, ImageId, ImageRef, Result, RoomId, limits};
use format::Format;

/// The field that a refusal blames, unless the caller names a better one with [`Error::at`].
const FIELD: &str = "image";

/// What RoomTalk knows of an image file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageMeta {
    /// SHA-256 of the bytes.
    pub id: ImageId,
    /// By magic bytes: image/png, image/jpeg, image/gif, image/webp or image/avif.
    pub mime_type: &'static str,
    /// Pixels as shown, 1 to 10 000.
    pub width: u32,
    /// Pixels as shown, 1 to 10 000.
    pub height: u32,
    /// Length of the file in bytes.
    pub bytes: u64,
}

/// An image that came inside a message, to be stored before the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineImage {
    /// What its header says.
    pub meta: ImageMeta,
    /// The file.
    pub data: Vec<u8>,
}

impl ImageMeta {
    /// Reads the header of a PNG, JPEG, GIF, WebP or AVIF file.
    ///
    /// Refusals: `too_large` above 5 MiB; `unsupported_media_type` for anything that is not one of these formats, SVG
    /// among them; `invalid_field` when the header gives no size, a side above 10 000 or more than 40 million pixels.
    pub fn read(data: &[u8]) -> Result<Self> {
        if data.len() > limits::IMAGE_BYTES {
            return Err(Self::too_large());
        }
        let Some(format) = Format::of(data) else {
            return Err(unsupported("The image must be a PNG, JPEG, GIF, WebP or AVIF file"));
        };
        let Some((width, height)) = format.size(data) else {
            return Err(Error::invalid(FIELD, "has a damaged header: its size can't be read"));
        };
        if width == 0 || height == 0 {
            return Err(Error::invalid(FIELD, "has no pixels"));
        }
        if width.max(height) > limits::IMAGE_SIDE {
            return Err(Error::invalid(FIELD, format!("must be at most {} pixels a side", limits::IMAGE_SIDE)));
        }
        if u64::from(width) * u64::from(height) > limits::IMAGE_PIXELS {
            return Err(Error::invalid(FIELD, format!("must have at most {} pixels", limits::IMAGE_PIXELS)));
        }
        let bytes = u64::try_from(data.len()).unwrap_or(u64::MAX);
        Ok(Self { id: ImageId::of(data), mime_type: format.mime_type(), width, height, bytes })
    }

    /// The same, for a file that came with a claim about its type, such as a `Content-Type`.
    ///
    /// A claim that the bytes contradict is refused as `unsupported_media_type`. `application/octet-stream` and
    /// `image/*` claim nothing, parameters are ignored, and `image/jpg` is an old name of `image/jpeg`.
    pub fn read_as(data: &[u8], claim: &str) -> Result<Self> {
        let meta = Self::read(data)?;
        let claim = claim.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match claim.as_str() {
            "" | "application/octet-stream" | "image/*" => Ok(meta),
            "image/jpg" if meta.mime_type == "image/jpeg" => Ok(meta),
            claim if claim == meta.mime_type => Ok(meta),
            _ => Err(unsupported("The image is not of the type that it claims to be")),
        }
    }

    /// The image as a message in `room` carries it.
    pub fn in_room(&self, room: &RoomId) -> ImageRef {
        ImageRef {
            id: self.id.to_string(),
            url: format!("/api/rooms/{room}/images/{}", self.id),
            mime_type: self.mime_type.to_owned(),
            width: self.width,
            height: self.height,
            bytes: self.bytes,
        }
    }

    pub(crate) fn too_large() -> Error {
        let mebibytes = limits::IMAGE_BYTES / (1024 * 1024);
        Error::new(Code::TooLarge, format!("The image is larger than {mebibytes} MiB")).at(FIELD)
    }
}

impl ImageId {
    /// The id of these bytes.
    pub fn of(data: &[u8]) -> Self {
        Self::from_digest(Sha256::digest(data).into())
    }
}

fn unsupported(sentence: &'static str) -> Error {
    Error::new(Code::UnsupportedMediaType, sentence).at(FIELD)
}

#[cfg(test)]
mod tests;
