use serde_json::{Value, json};

use super::{parse, refusal};
use crate::{Code, ImageId, MessageType};

const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const GIF: &str = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

fn png_url() -> String {
    format!("data:image/png;base64,{PNG}")
}

fn gif_url() -> String {
    format!("data:image/gif;base64,{GIF}")
}

fn stored() -> ImageId {
    ImageId::of(b"stored before")
}

#[test]
fn images_are_named_by_id_by_object_or_given_as_data_urls() {
    let id = stored();
    let images = json!([id, png_url(), {"id": id, "url": "/ignored", "width": "ignored"}, gif_url()]);
    let incoming = parse(&json!({"content": "look", "images": images})).unwrap();
    let [png, gif] = &incoming.inline[..] else { panic!("{} files", incoming.inline.len()) };
    assert_eq!((png.meta.mime_type, gif.meta.mime_type), ("image/png", "image/gif"));
    assert_eq!((png.meta.width, png.meta.height, png.meta.bytes), (1, 1, png.data.len() as u64));
    assert_eq!(incoming.draft.images, [id.clone(), png.meta.id.clone(), id, gif.meta.id.clone()]);
    assert_eq!(png.meta.id, ImageId::of(&png.data));
}

#[test]
fn a_message_of_images_needs_no_content() {
    for content in [Value::Null, json!(""), json!("  ")] {
        let incoming = parse(&json!({"content": content, "images": [png_url()]})).unwrap();
        assert_eq!(incoming.draft.images.len(), 1);
    }
}

#[test]
fn a_file_given_twice_is_stored_once_and_shown_twice() {
    let incoming = parse(&json!({"images": [png_url(), png_url()]})).unwrap();
    assert_eq!((incoming.draft.images.len(), incoming.inline.len()), (2, 1));
}

#[test]
fn nine_images_are_accepted_and_ten_are_not() {
    assert_eq!(parse(&json!({"images": vec![stored(); 9]})).unwrap().draft.images.len(), 9);
    assert_eq!(refusal(&json!({"images": vec![stored(); 10]})), (Code::InvalidField, "images".to_owned()));
    let v04_and_nine = json!({"messageType": "image", "content": png_url(), "images": vec![stored(); 9]});
    assert_eq!(refusal(&v04_and_nine), (Code::InvalidField, "images".to_owned()));
}

#[test]
fn an_image_message_of_v04_becomes_a_message_with_an_image() {
    for fields in [
        json!({"messageType": "image", "content": png_url()}),
        json!({"messageType": "image", "content": PNG}),
        json!({"messageType": "image", "content": PNG, "mimeType": "image/png"}),
        json!({"messageType": "image", "content": png_url().replace("data:", "\n DATA:")}),
        json!({"messageType": "image", "content": format!("{}\n{}", &PNG[..60], &PNG[60..])}),
    ] {
        let incoming = parse(&fields).unwrap_or_else(|e| panic!("{fields}: {e}"));
        assert_eq!(incoming.draft.content, "", "{fields}");
        assert_eq!(incoming.draft.message_type, MessageType::Image);
        assert_eq!(incoming.inline[0].meta.mime_type, "image/png");
        assert_eq!(incoming.draft.images, [incoming.inline[0].meta.id.clone()]);
    }
}

#[test]
fn an_image_message_may_name_stored_images_and_have_a_caption() {
    let incoming = parse(&json!({"messageType": "image", "content": "a caption", "images": [stored()]})).unwrap();
    assert_eq!((incoming.draft.content.as_str(), incoming.draft.images), ("a caption", vec![stored()]));
}

#[test]
fn a_text_message_that_reads_like_a_data_url_stays_text() {
    let incoming = parse(&json!({"content": png_url()})).unwrap();
    assert_eq!((incoming.draft.content, incoming.inline.len()), (png_url(), 0));
}

#[test]
fn an_image_message_without_an_image_is_refused() {
    for content in [Value::Null, json!(""), json!(" \n")] {
        let fields = json!({"messageType": "image", "content": content});
        assert_eq!(refusal(&fields), (Code::MissingField, "content".to_owned()), "{fields}");
    }
    let at_content = |fields: Value| {
        let (code, field) = refusal(&fields);
        assert_eq!(field, "content", "{fields}");
        code
    };
    assert_eq!(at_content(json!({"messageType": "image", "content": "https://a.example/x.png"})), Code::InvalidField);
    assert_eq!(at_content(json!({"messageType": "image", "content": "aGVsbG8="})), Code::UnsupportedMediaType);
    let claim = json!({"messageType": "image", "content": PNG, "mimeType": "image/webp"});
    assert_eq!(at_content(claim), Code::UnsupportedMediaType);
}

#[test]
fn data_urls_that_lie_or_are_damaged_are_refused() {
    for (url, code) in [
        (png_url().replace("png", "jpeg"), Code::UnsupportedMediaType),
        (format!("data:text/html;base64,{PNG}"), Code::UnsupportedMediaType),
        ("data:image/svg+xml,<svg onload='alert(1)'/>".to_owned(), Code::UnsupportedMediaType),
        ("data:image/png,hello".to_owned(), Code::UnsupportedMediaType),
        ("data:image/png;base64".to_owned(), Code::InvalidField),
        ("data:image/png;base64,&&&".to_owned(), Code::InvalidField),
        (png_url()[..40].to_owned(), Code::InvalidField),
    ] {
        assert_eq!(refusal(&json!({"images": [&url]})), (code, "images".to_owned()), "{url}");
    }
}

#[test]
fn an_image_above_five_mebibytes_is_too_large() {
    let url = format!("data:image/png;base64,{}", "A".repeat(7 * 1024 * 1024));
    assert_eq!(refusal(&json!({"images": [url]})), (Code::TooLarge, "images".to_owned()));
}
