//! The images of an incoming message: named by id, or inside it.

use std::borrow::Cow;

use data_url::{
    DataUrl,
    forgiving_base64::{DecodeError, Decoder},
};
use serde_json::Value;

use crate::{Code, Error, ImageId, ImageMeta, InlineImage, Result, limits};

const FIELD: &str = "images";

/// The images of one message, in order.
#[derive(Default)]
pub(super) struct Images {
    /// All of them. One image may be there twice; each place counts.
    pub(super) ids: Vec<ImageId>,
    /// The files of those that came inside the message, each once.
    pub(super) inline: Vec<InlineImage>,
}

/// Whether this is a `data:` URL, well-formed or not.
pub(super) fn is_data_url(text: &str) -> bool {
    text.trim_start().get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

impl Images {
    /// Adds an entry of the field `images`: an image id, a `data:` URL, or an object with `id`.
    pub(super) fn add_entry(&mut self, entry: &Value) -> Result<()> {
        let id = match entry {
            Value::String(url) if is_data_url(url) => return self.add_encoded(url, None),
            Value::String(id) => Some(id.as_str()),
            Value::Object(image) => image.get("id").and_then(Value::as_str),
            _ => None,
        };
        let id = id.and_then(|id| ImageId::parse(id).ok());
        self.ids.push(
            id.ok_or_else(|| Error::invalid(FIELD, "must hold image ids, data: URLs or objects with an image's id"))?,
        );
        Ok(())
    }

    /// Adds a file that is encoded as a `data:` URL or as bare base64. `claim` is the type that bare base64 is said to be.
    pub(super) fn add_encoded(&mut self, encoded: &str, claim: Option<&str>) -> Result<()> {
        let mut data = Vec::with_capacity(encoded.len().min(limits::IMAGE_BYTES));
        // Decoding stops once an image can't be that large.
        let write = |bytes: &[u8]| {
            if data.len() + bytes.len() > limits::IMAGE_BYTES {
                return Err(ImageMeta::too_large());
            }
            data.extend_from_slice(bytes);
            Ok(())
        };
        let (decoded, claim) = if is_data_url(encoded) {
            let url = DataUrl::process(encoded).map_err(|_| unreadable())?;
            let mime = url.mime_type();
            (url.decode(write).map(drop), Cow::Owned(format!("{}/{}", mime.type_, mime.subtype)))
        } else {
            let mut base64 = Decoder::new(write);
            let decoded = base64.feed(encoded.as_bytes()).and_then(|()| base64.finish());
            (decoded, Cow::Borrowed(claim.unwrap_or_default()))
        };
        decoded.map_err(|error| match error {
            DecodeError::WriteError(refusal) => refusal,
            DecodeError::InvalidBase64(_) => unreadable(),
        })?;
        let meta = ImageMeta::read_as(&data, &claim)?;
        self.ids.push(meta.id.clone());
        if self.inline.iter().all(|image| image.meta.id != meta.id) {
            self.inline.push(InlineImage { meta, data });
        }
        Ok(())
    }
}

fn unreadable() -> Error {
    Error::new(Code::InvalidField, "The image must be a data: URL or base64").at(FIELD)
}
