//! Pictures inside a text.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{ImageMeta, InlineImage, limits};

/// A text without the pictures that stood in it as data, and those.
pub(crate) struct Apart {
    pub(crate) text: String,
    /// In the order of the text.
    pub(crate) images: Vec<InlineImage>,
}

/// Takes the pictures out of `![…](data:image/…;base64,…)`: the first becomes `![…](image:1)`, and so on, up to nine. What is
/// no picture that can be taken stays in the text as it is.
pub(crate) fn take_out(text: &str) -> Apart {
    let mut apart = Apart { text: String::new(), images: Vec::new() };
    let mut rest = text;
    while apart.images.len() < limits::IMAGES_PER_MESSAGE
        && let Some(start) = rest.find("](data:image/")
    {
        let (before, address) = rest.split_at(start + "](".len());
        apart.text.push_str(before);
        rest = address;
        if !is_description(before) {
            continue;
        }
        if let Some((url, after)) = address.find(')').map(|end| address.split_at(end))
            && let Some(image) = decoded(url)
        {
            apart.images.push(image);
            // Writing to a String can't fail.
            let _ = write!(apart.text, "image:{}", apart.images.len());
            rest = after;
        }
    }
    apart.text.push_str(rest);
    apart
}

/// Whether the text ends with `![…](`, on one line.
fn is_description(text: &str) -> bool {
    text.rfind("![")
        .and_then(|start| text.get(start + 2..text.len() - 2))
        .is_some_and(|label| !label.contains(['\n', ']']))
}

fn decoded(url: &str) -> Option<InlineImage> {
    let (_, base64) = url.split_once(";base64,")?;
    let data = STANDARD.decode(base64).ok()?;
    let meta = ImageMeta::read(&data).ok()?;
    Some(InlineImage { meta, data })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A GIF of one pixel.
    const GIF: &str = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

    #[test]
    fn pictures_are_taken_out_in_their_order() {
        let url = format!("data:image/png;base64,{GIF}");
        let apart = take_out(&format!("a ![one]({url}) b\n![]({url})![x](https://a.example/) c"));
        assert_eq!(apart.text, "a ![one](image:1) b\n![](image:2)![x](https://a.example/) c");
        assert_eq!(apart.images.len(), 2);
        assert_eq!(apart.images[0].meta.mime_type, "image/gif");
    }

    #[test]
    fn what_is_no_picture_stays() {
        for text in [
            "plain",
            "](data:image/",
            "![](data:image/png;base64,AAAA)",
            "![](data:image/png;base64,!!!)",
            "![](data:image/png,AAAA)",
            "![](data:image/png;base64,AAAA",
            &format!("[link](data:image/gif;base64,{GIF})"),
            &format!("![a]\n[link](data:image/gif;base64,{GIF})"),
        ] {
            let apart = take_out(text);
            assert_eq!((apart.text.as_str(), apart.images.len()), (text, 0));
        }
    }

    #[test]
    fn nine_are_taken() {
        let text = format!("![](data:image/gif;base64,{GIF})").repeat(11);
        let apart = take_out(&text);
        assert_eq!(apart.images.len(), 9);
        assert!(apart.text.ends_with(&text[..text.len() / 11 * 2]));
    }
}
