//! Pages of a room's log.

use domain::{Message, MessageId};

use crate::RawJson;

/// Where a page lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cursor {
    /// The newest messages.
    Newest,
    /// The newest before this seq (>= 1).
    Before(u64),
    /// The oldest after this seq.
    After(u64),
}

/// A wish for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// Where.
    pub cursor: Cursor,
    /// At most this many messages, 1 to 200.
    pub limit: usize,
    /// With `After`: the id of the message that the reader knows at the cursor's seq. Another id there means that the
    /// store went back and gave the seq away again.
    pub after_id: Option<MessageId>,
    /// Read where no replica's delay can hide anything: for a reader that knows, or must be sure, that there is more.
    pub at_leader: bool,
}

impl PageRequest {
    /// A page of at most `limit` messages at `cursor`, without a known id.
    pub fn new(cursor: Cursor, limit: usize) -> Self {
        Self { cursor, limit, after_id: None, at_leader: false }
    }

    /// The same, read at the leader.
    #[must_use]
    pub fn at_leader(self) -> Self {
        Self { at_leader: true, ..self }
    }
}

/// A page, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The messages. Entries of other kinds are counted in the seqs below and left out here.
    pub messages: Vec<Message>,
    /// The same messages as JSON, each with its seq; as long as `messages`.
    pub json: Vec<RawJson>,
    /// Newest seq of the room that this read saw; for `After` pages that end early it is the page's last seq.
    pub latest_seq: u64,
    /// Id of the entry at `latest_seq` (a message's id, or what its kind keeps there); empty when the read did not see it.
    pub latest_id: String,
    /// Seq of the first entry that this page covers (a message or not); `None` when it covers none.
    pub first_seq: Option<u64>,
    /// Cursor of the next `After` read: seq of the last entry that this page covers, else the cursor itself.
    pub next_after: u64,
    /// There are entries before this page.
    pub has_before: bool,
    /// There are entries after this page.
    pub has_after: bool,
    /// False when the page does not continue the cursor of an `After` read: history was trimmed past it, or the store went
    /// back. The page then holds the newest messages.
    pub recovered: bool,
}

/// A page whose messages are text, as a client is sent it.
#[derive(Debug, Clone)]
pub struct PageText {
    /// What the page covers. Its messages are not here.
    pub page: Page,
    /// `[message,…]`, oldest first, each with its seq.
    pub json: String,
}

impl Page {
    /// The page's entity tag, for the URL that asked for it: it changes when anything is added, and when the store went
    /// back and the same seq now names another entry.
    pub fn etag(&self) -> String {
        // Ids are ASCII by the checks at the entrance, but a tag must be safe to put in a header whatever stands there.
        let id: String = self.latest_id.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
        format!("\"{}-{id}\"", self.latest_seq)
    }
}

/// Whether the value of an `If-None-Match` header names `etag`: `*`, or a list of tags, weak (`W/"…"`) or not.
pub fn etag_matches(if_none_match: &str, etag: &str) -> bool {
    if_none_match.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_the_newest_seq_and_what_stands_there() {
        let page = Page { latest_seq: 7, latest_id: "0192-ab\"\r\n".to_owned(), ..Page::default() };
        assert_eq!(page.etag(), "\"7-0192ab\"");
    }

    #[test]
    fn if_none_match_takes_lists_weak_tags_and_the_star() {
        let tag = "\"7-ab\"";
        for value in [tag, "*", "W/\"7-ab\"", "\"6-x\", \"7-ab\"", "\"6-x\" ,W/\"7-ab\""] {
            assert!(etag_matches(value, tag), "{value}");
        }
        for value in ["", "7-ab", "\"7-abc\"", "W/\"7\"", "\"6-x\",\"8-y\""] {
            assert!(!etag_matches(value, tag), "{value}");
        }
    }
}
