//! The message's own images, in and after its text.

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};
use pulldown_cmark_escape::escape_href;

use super::{escaped, link};
use crate::ImageRef;

/// A Markdown image of which the description is still being read.
pub(super) struct AltText<'a> {
    address: CowStr<'a>,
    text: String,
    /// Images that stand in the description and are still open.
    nested: usize,
}

impl<'a> AltText<'a> {
    pub(super) fn new(address: CowStr<'a>) -> Self {
        Self { address, text: String::new(), nested: 0 }
    }

    /// Takes the next event. `Err` with all of it once the image ends.
    pub(super) fn read(mut self, event: Event<'_>) -> Result<Self, Self> {
        match event {
            Event::Start(Tag::Image { .. }) => self.nested += 1,
            Event::End(TagEnd::Image) if self.nested == 0 => return Err(self),
            Event::End(TagEnd::Image) => self.nested -= 1,
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::InlineHtml(text) => {
                self.text.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            _ => {}
        }
        Ok(self)
    }
}

/// Which of the message's images have been shown.
pub(super) struct Placement<'a> {
    images: Vec<(&'a ImageRef, bool)>,
}

impl<'a> Placement<'a> {
    pub(super) fn new(images: &'a [ImageRef]) -> Self {
        Self { images: images.iter().map(|image| (image, false)).collect() }
    }

    /// Shows a Markdown image: `image:N` is the message's N-th, once; a picture elsewhere becomes a link; of anything else
    /// the description stays.
    pub(super) fn show<'e>(&mut self, markdown: &AltText<'_>, in_link: bool) -> Event<'e> {
        if let Some(image) = self.take(&markdown.address) {
            return Event::InlineHtml(tag(image, &markdown.text).into());
        }
        match link::to_picture(&markdown.address, &markdown.text) {
            Some(link) if !in_link => Event::InlineHtml(link.into()),
            _ => Event::Text(markdown.text.clone().into()),
        }
    }

    /// Writes the images that were not shown yet, in their order.
    pub(super) fn write_rest(&self, html: &mut String) {
        let rest: String = self.images.iter().filter(|(_, shown)| !shown).map(|(image, _)| tag(image, "")).collect();
        if !rest.is_empty() {
            html.push_str("<p>");
            html.push_str(&rest);
            html.push_str("</p>\n");
        }
    }

    /// Showing each image at most once bounds what a short text can make of a page.
    fn take(&mut self, address: &str) -> Option<&'a ImageRef> {
        let number: usize = address.strip_prefix("image:")?.parse().ok()?;
        let (image, shown) = self.images.get_mut(number.checked_sub(1)?)?;
        if std::mem::replace(shown, true) { None } else { Some(image) }
    }
}

fn tag(image: &ImageRef, alt: &str) -> String {
    let mut src = String::with_capacity(image.url.len());
    // Writing to a String can't fail.
    let _ = escape_href(&mut src, &image.url);
    let (alt, width, height) = (escaped(alt), image.width, image.height);
    format!(
        "<img src=\"{src}\" alt=\"{alt}\" width=\"{width}\" height=\"{height}\" loading=\"lazy\" decoding=\"async\" />"
    )
}
