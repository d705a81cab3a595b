//! Whatever is written, its HTML is well-formed and holds only elements, attributes and addresses that do nothing; so does
//! what becomes of that HTML, or of its text, when somebody sends it again.
#![no_main]

#[path = "../../crates/domain/src/markdown/tests/check.rs"]
mod check;

use check::check;
use domain::{ImageRef, limits, markdown::to_html};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(content) = std::str::from_utf8(data) else { return Corpus::Reject };
    let images = images(data.first().map_or(0, |byte| u32::from(byte % 3)));
    let html = safe(content, &images);
    assert_eq!(html.matches("<img ").count(), images.len(), "every image is shown once: {html}");

    safe(&html, &images);
    safe(&shown(&html), &images);
    Corpus::Keep
});

/// The HTML of a content, once it is known to be safe.
fn safe(content: &str, images: &[ImageRef]) -> String {
    let html = to_html(content, images);
    assert_eq!(html, to_html(content, images), "of {content:?}");
    assert_eq!(check(&html), Ok(()), "{html}\nof {content:?}");
    assert!(html.len() <= limits::HTML_BYTES + 7 * content.len() + 2000, "{} bytes of {content:?}", html.len());
    html
}

fn images(count: u32) -> Vec<ImageRef> {
    let image = |n: u32| ImageRef {
        id: n.to_string(),
        url: format!("/api/rooms/abcdefghij/images/{n}"),
        mime_type: "image/png".to_owned(),
        width: n,
        height: n,
        bytes: 1,
    };
    (1..=count).map(image).collect()
}

/// The text that a reader sees.
fn shown(html: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&amp;", "&")];
    entities.iter().fold(text, |text, (entity, c)| text.replace(entity, c))
}
