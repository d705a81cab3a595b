//! Reading pages of a room's log.

use domain::{RoomId, limits};
use upstash::{Command, Reply};

use crate::error::Effect;
use crate::log::{Entry, Section, cut, entries};
use crate::{Cursor, Error, Page, PageRequest, PageText, Store, Transport, keys};

impl<T: Transport> Store<T> {
    /// Reads a page: one command, so that a quiet poll costs one (`Before` takes two in one request).
    ///
    /// A page ends at its limit or at [`limits::PAGE_BYTES`] of JSON, whichever is first. A read that finds nothing is
    /// repeated at the leader before it is believed: a replica may be behind. Refusal: `room_not_found`.
    pub async fn page(&self, room: &RoomId, request: PageRequest) -> Result<Page, Error> {
        Ok(self.section(room, request).await?.read())
    }

    /// The same page as text: the messages are looked at, but not taken apart.
    pub async fn page_text(&self, room: &RoomId, request: PageRequest) -> Result<PageText, Error> {
        Ok(self.section(room, request).await?.text())
    }

    async fn section(&self, room: &RoomId, request: PageRequest) -> Result<Section, Error> {
        let log = keys::log(room);
        let limit = request.limit.clamp(1, limits::PAGE_MAX);
        match request.cursor {
            Cursor::Newest => self.newest(&log, limit, request.at_leader).await,
            Cursor::Before(seq) => self.before(&log, seq, limit).await,
            Cursor::After(seq) => {
                let known = request.after_id.as_ref().map(domain::MessageId::as_str);
                self.after(&log, seq, known, limit, request.at_leader).await
            }
        }
    }

    /// A page read at the leader costs the same; it may take longer.
    async fn newest(&self, log: &str, limit: usize, at_leader: bool) -> Result<Section, Error> {
        let command = back(log, "+".to_owned(), limit + 1);
        let mut reply = if at_leader { Reply::Nil } else { self.read(&command).await? };
        if at_leader || reply.is_empty() {
            reply = self.read_at_leader(&[command], self.deadline).await?.pop().unwrap_or(reply);
        }
        let found = entries(reply).map_err(|error| Effect::Read.shape(&error))?;
        if found.is_empty() {
            return Err(domain::Error::room_not_found().into());
        }
        Ok(Section::newest(found, limit))
    }

    async fn before(&self, log: &str, seq: u64, limit: usize) -> Result<Section, Error> {
        let last = seq.saturating_sub(1);
        // The second command proves that the room exists, also when nothing is left before the cursor.
        let commands = [back(log, format!("0-{last}"), limit + 1), back(log, "+".to_owned(), 1)];
        let [mut found, mut end] = two(self.pipeline(&commands, Effect::Read, self.deadline).await?)?;
        if end.is_empty() {
            [found, end] = two(self.read_at_leader(&commands, self.deadline).await?)?;
        }
        let Some(end) = end.pop() else { return Err(domain::Error::room_not_found().into()) };
        let has_before = cut(&mut found, limit);
        found.reverse();
        let page = Page { next_after: last, has_before, recovered: true, ..Page::default() };
        Ok(Section::new(page, found).with(|page| {
            page.has_after = end.seq > page.next_after;
            page.latest_seq = end.seq;
            page.latest_id = end.id();
        }))
    }

    /// `known` is the id that the reader saw at `seq`.
    async fn after(
        &self,
        log: &str,
        seq: u64,
        known: Option<&str>,
        limit: usize,
        at_leader: bool,
    ) -> Result<Section, Error> {
        // From the cursor's own entry, which proves continuity, to one beyond the page, which tells that there is more.
        let range = Command::new("XRANGE").arg(log).arg(format!("0-{seq}")).arg("+").arg("COUNT").arg(limit + 2);
        let mut found = Vec::new();
        if !at_leader {
            found = entries(self.read(&range).await?).map_err(|error| Effect::Read.shape(&error))?;
        }
        if found.is_empty() {
            let commands = [range, back(log, "+".to_owned(), limit + 1)];
            let [again, latest] = two(self.read_at_leader(&commands, self.deadline).await?)?;
            if latest.is_empty() {
                return Err(domain::Error::room_not_found().into());
            }
            if again.is_empty() {
                // The leader's newest is below the cursor: the store went back.
                return Ok(Section::newest(latest, limit).with(|page| page.recovered = false));
            }
            found = again;
        }

        let at_cursor = found.first().is_some_and(|entry| entry.seq == seq).then(|| found.remove(0));
        let another = matches!((&at_cursor, known), (Some(entry), Some(id)) if entry.id != id.as_bytes());
        let trimmed = at_cursor.is_none() && found.first().is_some_and(|entry| entry.seq > seq.saturating_add(1));
        if another || trimmed {
            // A replica could end before the cursor, and the reader starts again from here.
            return Ok(self.newest(log, limit, true).await?.with(|page| page.recovered = false));
        }
        let has_after = cut(&mut found, limit);
        let page = Page {
            has_before: at_cursor.is_some(),
            has_after,
            recovered: true,
            latest_seq: seq,
            latest_id: at_cursor.map(|entry| entry.id()).unwrap_or_default(),
            next_after: seq,
            ..Page::default()
        };
        Ok(Section::new(page, found))
    }
}

/// XREVRANGE from `from` to the beginning.
pub(crate) fn back(log: &str, from: String, count: usize) -> Command<'_> {
    Command::new("XREVRANGE").arg(log).arg(from).arg("-").arg("COUNT").arg(count)
}

pub(crate) fn two(replies: Vec<Reply>) -> Result<[Vec<Entry>; 2], Error> {
    let lists = replies.into_iter().map(entries).collect::<Result<Vec<_>, _>>();
    lists
        .and_then(|lists| lists.try_into().map_err(|_| upstash::Unexpected("two replies")))
        .map_err(|error| Effect::Read.shape(&error))
}
