//! Entries of a room's log, and pages made of them.

use domain::{Message, limits};
use serde_json::value::RawValue;
use upstash::{Reply, Unexpected};

use crate::{Page, RawJson};

/// One entry: `0-{seq}` with the fields `k`, `id` and `m`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) seq: u64,
    kind: String,
    pub(crate) id: String,
    json: String,
}

/// Reads the reply of XRANGE or XREVRANGE, in its order.
pub(crate) fn entries(reply: Reply) -> Result<Vec<Entry>, Unexpected> {
    reply.array()?.into_iter().map(entry).collect()
}

fn entry(reply: Reply) -> Result<Entry, Unexpected> {
    let [id, fields] =
        <[Reply; 2]>::try_from(reply.array()?).map_err(|_| Unexpected("a stream entry of id and fields"))?;
    let seq = id.text()?.strip_prefix("0-").and_then(|seq| seq.parse().ok());
    let mut entry = Entry {
        seq: seq.ok_or(Unexpected("a stream id 0-N"))?,
        kind: String::new(),
        id: String::new(),
        json: String::new(),
    };
    let mut fields = fields.array()?.into_iter();
    while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
        match name.text()?.as_str() {
            "k" => entry.kind = value.text()?,
            "id" => entry.id = value.text()?,
            "m" => entry.json = value.text()?,
            _ => {}
        }
    }
    Ok(entry)
}

/// A message's JSON with its seq, which is stored without it.
pub(crate) fn with_seq(json: &str, seq: u64) -> Option<(Message, RawJson)> {
    let json = format!("{},\"seq\":{seq}}}", json.strip_suffix('}')?);
    let message = serde_json::from_str(&json).ok()?;
    Some((message, RawValue::from_string(json).ok()?.into()))
}

/// The first entries up to `limit` and to [`limits::PAGE_BYTES`] of JSON, but one at least. Whether there are more.
pub(crate) fn cut(entries: &mut Vec<Entry>, limit: usize) -> bool {
    let mut bytes = 0;
    let fits = entries
        .iter()
        .take(limit)
        .take_while(|entry| {
            let first = bytes == 0;
            bytes += entry.json.len();
            first || bytes <= limits::PAGE_BYTES
        })
        .count();
    let more = entries.len() > fits;
    entries.truncate(fits);
    more
}

/// A page of the newest entries, given newest first and one more than `limit` where there are so many.
pub(crate) fn newest(mut entries: Vec<Entry>, limit: usize) -> Page {
    let has_before = cut(&mut entries, limit);
    entries.reverse();
    let mut page = Page { has_before, recovered: true, ..Page::default() };
    cover(&mut page, entries);
    page
}

/// Puts entries, oldest first, into a page: its messages, and what it covers and ends with.
///
/// An entry of another kind is counted and left out. So is a message that can't be read: one bad entry, however it came
/// there, must not keep everybody from reading the room.
pub(crate) fn cover(page: &mut Page, entries: Vec<Entry>) {
    page.first_seq = entries.first().map(|entry| entry.seq);
    for entry in entries {
        if entry.kind == "message"
            && let Some((message, json)) = with_seq(&entry.json, entry.seq)
        {
            page.messages.push(message);
            page.json.push(json);
        }
        page.latest_seq = entry.seq;
        page.next_after = entry.seq;
        page.latest_id = entry.id;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Reply {
        Reply::Bytes(text.as_bytes().to_vec())
    }

    fn stored(id: &str, fields: &[&str]) -> Reply {
        Reply::Array(vec![text(id), Reply::Array(fields.iter().map(|field| text(field)).collect())])
    }

    fn message(seq: u64, bytes: usize) -> Entry {
        let content = "x".repeat(bytes);
        let json = format!(
            r#"{{"id":"m{seq}","clientId":"c","content":"{content}","roomId":"r","timestamp":"t","messageType":"text"}}"#
        );
        Entry { seq, kind: "message".to_owned(), id: format!("m{seq}"), json }
    }

    #[test]
    fn entries_are_read_whatever_else_they_hold() {
        let reply = Reply::Array(vec![
            stored("0-7", &["k", "message", "id", "a", "m", "{}"]),
            stored("0-8", &["m", "{}", "later", "x", "id", "b", "k", "edited"]),
        ]);
        let read = entries(reply).unwrap();
        assert_eq!(
            read.iter().map(|e| (e.seq, e.kind.as_str(), e.id.as_str())).collect::<Vec<_>>(),
            [(7, "message", "a"), (8, "edited", "b")]
        );
        assert_eq!(entries(Reply::Array(vec![stored("1-7", &[])])), Err(Unexpected("a stream id 0-N")));
        assert!(entries(Reply::Array(vec![Reply::Nil])).is_err());
        assert_eq!(entries(Reply::Nil), Ok(Vec::new()));
    }

    #[test]
    fn kinds_of_later_versions_and_unreadable_messages_are_counted_and_left_out() {
        let mut edited = message(2, 1);
        edited.kind = "edited".to_owned();
        let mut broken = message(3, 1);
        broken.json = "{\"id\":}".to_owned();
        let page = newest(vec![message(4, 1), broken, edited, message(1, 1)], 10);
        assert_eq!(page.messages.iter().map(|message| message.seq).collect::<Vec<_>>(), [1, 4]);
        assert_eq!((page.first_seq, page.latest_seq, page.next_after, page.has_before), (Some(1), 4, 4, false));
        assert_eq!(page.json[1].get(), serde_json::to_string(&page.messages[1]).unwrap());
    }

    #[test]
    fn a_page_ends_at_its_limit() {
        let mut entries: Vec<_> = (1..=5).map(|seq| message(seq, 1)).collect();
        assert!(cut(&mut entries, 3));
        assert_eq!(entries.len(), 3);
        assert!(!cut(&mut entries, 3));
    }

    #[test]
    fn a_page_ends_at_256_kib_but_has_one_entry_at_least() {
        let mut entries: Vec<_> = (1..=9).map(|seq| message(seq, 60_000)).collect();
        assert!(cut(&mut entries, 200));
        assert_eq!(entries.len(), 4);
        let mut entries = vec![message(1, 2 * limits::PAGE_BYTES), message(2, 1)];
        assert!(cut(&mut entries, 200));
        assert_eq!(entries.len(), 1);
    }
}
