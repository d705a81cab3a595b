//! Reading a log from its beginning.

use domain::{RoomId, limits};
use upstash::Command;

use crate::log::{Section, cut};
use crate::read::{back, two};
use crate::{Error, Page, Store, Transport, keys};

impl<T: Transport> Store<T> {
    /// The oldest messages that are kept at or after `from` (a seq, 1 or more), at most `limit` (200) and
    /// [`limits::PAGE_BYTES`], at the leader. Unlike a page after a cursor it goes on behind a gap, which
    /// `first_seq` then shows; `latest_seq` is the room's newest. Costs two commands, in one request.
    /// Refusal: `room_not_found`.
    pub async fn page_from(&self, room: &RoomId, from: u64, limit: usize) -> Result<Page, Error> {
        self.log_from(&keys::log(room), from, limit).await
    }

    /// The same of a log of this key.
    pub(crate) async fn log_from(&self, log: &str, from: u64, limit: usize) -> Result<Page, Error> {
        let limit = limit.clamp(1, limits::PAGE_MAX);
        let range = Command::new("XRANGE").arg(log).arg(format!("0-{from}")).arg("+").arg("COUNT").arg(limit + 1);
        let commands = [range, back(log, "+".to_owned(), 1)];
        let [mut found, mut newest] = two(self.read_at_leader(&commands, self.deadline).await?)?;
        let Some(newest) = newest.pop() else { return Err(domain::Error::room_not_found().into()) };
        let has_after = cut(&mut found, limit);
        let recovered = found.first().is_none_or(|entry| entry.seq == from);
        let page = Page { next_after: from.saturating_sub(1), has_after, recovered, ..Page::default() };
        let page = Section::new(page, found).with(|page| {
            page.latest_seq = newest.seq;
            page.latest_id = newest.id();
        });
        Ok(page.read())
    }
}
