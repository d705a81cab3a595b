//! The formats that browsers show as images and that can hold no script.

use super::{avif, gif, jpeg};

/// An accepted image format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Png,
    Jpeg,
    Gif,
    Webp,
    Avif,
}

impl Format {
    /// The format by magic bytes.
    pub(super) fn of(data: &[u8]) -> Option<Self> {
        if data.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if data.starts_with(b"\xFF\xD8\xFF") {
            Some(Self::Jpeg)
        } else if data.starts_with(b"GIF87a") || data.starts_with(b"GIF89a") {
            Some(Self::Gif)
        } else if data.starts_with(b"RIFF") && data.get(8..12) == Some(b"WEBP") {
            Some(Self::Webp)
        } else if avif::is_avif(data) {
            Some(Self::Avif)
        } else {
            None
        }
    }

    pub(super) const fn mime_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
        }
    }

    /// Width and height in pixels as the header tells them; `None` if it is damaged.
    pub(super) fn size(self, data: &[u8]) -> Option<(u32, u32)> {
        match self {
            // imagesize multiplies the sides of an AVIF in usize, which overflows in WebAssembly, does not turn a JPEG as
            // browsers do, and does not look at a GIF's first frame.
            Self::Avif => return avif::size(data),
            Self::Jpeg => return jpeg::size(data),
            Self::Gif => return gif::size(data),
            // It takes a PNG's size from its place without looking whether the header is there.
            Self::Png if data.get(12..16) != Some(b"IHDR") => return None,
            Self::Png | Self::Webp => {}
        }
        let size = imagesize::blob_size(data).ok()?;
        Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?))
    }
}
