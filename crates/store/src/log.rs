//! Entries of a room's log, and pages made of them.

use std::fmt::Write;

use bytes::Bytes;
use domain::{Message, limits};
use serde_json::value::RawValue;
use upstash::{Reply, Unexpected};

use crate::{Page, PageText, RawJson, shape};

/// One entry: `0-{seq}` with the fields `k`, `id` and `m`. It shares the memory of the answer that it came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) seq: u64,
    kind: Bytes,
    pub(crate) id: Bytes,
    json: Bytes,
}

/// Reads the reply of XRANGE or XREVRANGE, in its order.
pub(crate) fn entries(reply: Reply) -> Result<Vec<Entry>, Unexpected> {
    reply.array()?.into_iter().map(entry).collect()
}

fn entry(reply: Reply) -> Result<Entry, Unexpected> {
    let [id, fields] =
        <[Reply; 2]>::try_from(reply.array()?).map_err(|_| Unexpected("a stream entry of id and fields"))?;
    let id = id.bytes()?;
    let seq = std::str::from_utf8(&id).ok().and_then(|id| id.strip_prefix("0-")?.parse().ok());
    let mut entry = Entry {
        seq: seq.ok_or(Unexpected("a stream id 0-N"))?,
        kind: Bytes::new(),
        id: Bytes::new(),
        json: Bytes::new(),
    };
    let mut fields = fields.array()?.into_iter();
    while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
        match &*name.bytes()? {
            b"k" => entry.kind = value.bytes()?,
            b"id" => entry.id = value.bytes()?,
            b"m" => entry.json = value.bytes()?,
            _ => {}
        }
    }
    Ok(entry)
}

impl Entry {
    /// The entry's id as text. Ids are ASCII by the checks at the entrance.
    pub(crate) fn id(&self) -> String {
        String::from_utf8_lossy(&self.id).into_owned()
    }

    /// The message's JSON as it is stored, if the entry is a message.
    fn message(&self) -> Option<&str> {
        (self.kind == "message").then(|| std::str::from_utf8(&self.json).ok()).flatten()
    }
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

/// Entries of a log, oldest first, and what they cover: a page whose messages are not read yet.
#[derive(Debug)]
pub(crate) struct Section {
    page: Page,
    entries: Vec<Entry>,
}

impl Section {
    /// `page` with what `entries`, oldest first, cover and end with. An entry of another kind is counted like a message.
    pub(crate) fn new(mut page: Page, entries: Vec<Entry>) -> Self {
        page.first_seq = entries.first().map(|entry| entry.seq);
        if let Some(last) = entries.last() {
            page.latest_seq = last.seq;
            page.next_after = last.seq;
            page.latest_id = last.id();
        }
        Self { page, entries }
    }

    /// The newest entries, given newest first and one more than `limit` where there are so many.
    pub(crate) fn newest(mut entries: Vec<Entry>, limit: usize) -> Self {
        let has_before = cut(&mut entries, limit);
        entries.reverse();
        Self::new(Page { has_before, recovered: true, ..Page::default() }, entries)
    }

    /// The same, with another view of what it covers.
    pub(crate) fn with(self, change: impl FnOnce(&mut Page)) -> Self {
        let Self { mut page, entries } = self;
        change(&mut page);
        Self { page, entries }
    }

    /// The page with its messages.
    ///
    /// An entry of another kind is left out. So is a message that can't be read: one bad entry, however it came there, must
    /// not keep everybody from reading the room.
    pub(crate) fn read(self) -> Page {
        let Self { mut page, entries } = self;
        for entry in entries {
            if let Some((message, json)) = entry.message().and_then(|json| with_seq(json, entry.seq)) {
                page.messages.push(message);
                page.json.push(json);
            }
        }
        page
    }

    /// The same messages as text, each copied once from the store's answer.
    pub(crate) fn text(self) -> PageText {
        let Self { page, entries } = self;
        let longest = r#","seq":18446744073709551615"#.len() + 1;
        let length = entries.iter().map(|entry| entry.json.len() + longest).sum::<usize>();
        let mut json = String::with_capacity(length + 2);
        json.push('[');
        for entry in &entries {
            if let Some(message) = entry.message().filter(|json| shape::is_message(json))
                && let Some(open) = message.strip_suffix('}')
            {
                if json.len() > 1 {
                    json.push(',');
                }
                json.push_str(open);
                // Writing to a String can't fail.
                let _ = write!(json, ",\"seq\":{}}}", entry.seq);
            }
        }
        json.push(']');
        PageText { page, json }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Reply {
        Reply::Bytes(Bytes::copy_from_slice(text.as_bytes()))
    }

    fn stored(id: &str, fields: &[&str]) -> Reply {
        Reply::Array(vec![text(id), Reply::Array(fields.iter().map(|field| text(field)).collect())])
    }

    fn message(seq: u64, bytes: usize) -> Entry {
        let content = "x".repeat(bytes);
        let json = format!(
            r#"{{"id":"m{seq}","clientId":"c","content":"{content}","roomId":"r","timestamp":"t","messageType":"text"}}"#
        );
        Entry { seq, kind: "message".into(), id: format!("m{seq}").into(), json: json.into() }
    }

    #[test]
    fn entries_are_read_whatever_else_they_hold() {
        let reply = Reply::Array(vec![
            stored("0-7", &["k", "message", "id", "a", "m", "{}"]),
            stored("0-8", &["m", "{}", "later", "x", "id", "b", "k", "edited"]),
        ]);
        let read = entries(reply).unwrap();
        assert_eq!(
            read.iter().map(|e| (e.seq, &*e.kind, &*e.id)).collect::<Vec<_>>(),
            [(7, b"message".as_slice(), b"a".as_slice()), (8, b"edited", b"b")]
        );
        assert_eq!(entries(Reply::Array(vec![stored("1-7", &[])])), Err(Unexpected("a stream id 0-N")));
        assert!(entries(Reply::Array(vec![Reply::Nil])).is_err());
        assert_eq!(entries(Reply::Nil), Ok(Vec::new()));
    }

    #[test]
    fn kinds_of_later_versions_and_unreadable_messages_are_counted_and_left_out() {
        let mut edited = message(2, 1);
        edited.kind = "edited".into();
        let mut broken = message(3, 1);
        broken.json = "{\"id\":}".into();
        let mut entries = vec![message(4, 1), broken, edited, message(1, 1)];
        let page = Section::newest(entries.clone(), 10).read();
        assert_eq!(page.messages.iter().map(|message| message.seq).collect::<Vec<_>>(), [1, 4]);
        assert_eq!((page.first_seq, page.latest_seq, page.next_after, page.has_before), (Some(1), 4, 4, false));
        assert_eq!(page.json[1].get(), serde_json::to_string(&page.messages[1]).unwrap());
        let text = Section::newest(entries.clone(), 10).text();
        assert_eq!(text.json, serde_json::to_string(&page.messages).unwrap());
        assert_eq!((text.page.first_seq, text.page.latest_seq, text.page.has_before), (Some(1), 4, false));
        entries.truncate(3);
        entries.remove(0);
        assert_eq!(Section::newest(entries, 10).text().json, "[]");
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
