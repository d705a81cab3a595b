//! Where a page lies, as a query says it, and the tag of a page. A place has one spelling; a tag matches itself alone.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use rest::messages::Asked;
use store::{Cursor, Page, etag_matches};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    let (query, tags) = text.split_once('\n').unwrap_or((text, ""));
    match Asked::parse(query) {
        Ok(asked) => {
            assert_eq!(Asked::parse(&asked.to_string()), Ok(asked.clone()));
            spelled_once(query, &asked);
            tag(&asked, tags);
        }
        Err(error) => {
            assert!(matches!(error.code.status(), 400 | 422), "{error}");
            assert!(error.field.is_some(), "{error}");
        }
    }
    Corpus::Keep
});

/// What is taken without being decoded stood there in the one spelling of its number.
fn spelled_once(query: &str, asked: &Asked) {
    let given = |name: &str| {
        let pair = query.split('&').find(|pair| pair.split('=').next() == Some(name));
        pair.map(|pair| pair.split_once('=').map_or("", |(_, value)| value))
    };
    let (after, before) = match asked.request.cursor {
        Cursor::Newest => (None, None),
        Cursor::After(seq) => (Some(seq.to_string()), None),
        Cursor::Before(seq) => (None, Some(seq.to_string())),
    };
    if !query.contains(['%', '+']) {
        assert_eq!(given("after"), after.as_deref());
        assert_eq!(given("before"), before.as_deref());
        assert!(given("limit").is_none_or(|limit| limit == asked.request.limit.to_string()));
    }
    assert!((1..=200).contains(&asked.request.limit));
    assert!(asked.request.after_id.is_none() || matches!(asked.request.cursor, Cursor::After(_)));
}

fn tag(asked: &Asked, tags: &str) {
    let latest_seq = match asked.request.cursor {
        Cursor::Newest => 0,
        Cursor::After(seq) | Cursor::Before(seq) => seq,
    };
    let page = Page { latest_seq, latest_id: tags.to_owned(), ..Page::default() };
    let tag = page.etag();
    assert!(tag.bytes().all(|byte| byte.is_ascii_graphic()), "it goes into a header: {tag}");
    assert!(etag_matches(&tag, &tag) && etag_matches(&format!("\"x\", W/{tag}"), &tag));
    let other = Page { latest_seq: latest_seq + 1, ..page };
    assert!(!etag_matches(&tag, &other.etag()));
    if etag_matches(tags, &tag) {
        assert!(tags.contains(&tag) || tags.split(',').any(|part| part.trim() == "*"), "{tags:?} names {tag}");
    }
}
