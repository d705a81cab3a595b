//! A socket joins: v0.4's order of events, with the ack before the history.

use domain::{MessageId, limits};
use serde::Serialize;
use store::{Cursor, PageRequest};

use super::actor::Actor;
use super::log::{Entry, Resume};
use super::members::{member_change, member_count};
use super::{Join, page_json};
use crate::sockets::json;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Joined<'a> {
    ok: bool,
    room: &'a domain::Room,
    /// Seq of the newest entry that the history, or what was seen before, covers.
    latest_seq: u64,
    /// Members.
    count: usize,
    /// The history that follows continues after the seq that the client named. False: it replaces what the client has.
    recovered: bool,
}

impl Actor {
    pub(super) async fn join(&mut self, join: Join) {
        self.show_heard().await;
        let page = match &join.after {
            None => self.newest(limits::PAGE_DEFAULT).await.map(|page| (page, false)),
            Some((after, id)) => self.resume(*after, id.as_ref()).await,
        };
        let (page, recovered) = match page {
            Ok(page) => page,
            Err(error) => {
                // To enter the room, its presence may have been written already.
                if !self.presence.is_here(join.client.as_str()) {
                    self.roster.set(&join.client, false);
                }
                let _ = join.done.send(Err(error));
                return;
            }
        };
        self.hub.metrics.joins.add(1);
        if recovered {
            self.hub.metrics.resumes.add(1);
        }

        // What the page holds already comes before it.
        self.members.flush();
        let Join { socket, client, ack, done, .. } = join;
        let is_new = !self.members.contains(socket.number());
        let change = if is_new {
            self.members.add(&socket, &client);
            self.occupied();
            Some(self.presence.enter(client.as_str()))
        } else {
            None
        };
        let count = self.presence.count();
        let latest_seq = self.log.last();
        ack.one(&json(&Joined { ok: true, room: &self.room, latest_seq, count, recovered }));
        if let Some(change) = change {
            if change.hub {
                self.roster.set(&client, true);
            }
            if change.room && count <= super::MOVES_TOLD {
                self.tell_move(client.as_str(), "join");
                self.members.flush();
            } else {
                // The others know the client already, or are told the count; the newcomer sees its own coming.
                socket.emit("room_member_change", member_change(&self.id, client.as_str(), count, "join").get());
                if change.room {
                    self.tell_move(client.as_str(), "join");
                }
            }
        }
        socket.emit("message_history", page_json(&page).get());
        socket.emit("room_member_count", member_count(&self.id, count).get());
        let _ = done.send(Ok(()));
    }

    /// The newest messages, from memory where it has enough of them.
    pub(super) async fn newest(&mut self, limit: usize) -> domain::Result<Vec<Entry>> {
        if let Some(page) = self.log.newest(limit) {
            return Ok(page);
        }
        // At the leader: a page that ends before what was delivered would leave a hole between the two.
        let request = PageRequest::new(Cursor::Newest, limits::PAGE_MAX).at_leader();
        let page = self.hub.store.page(&self.id, request).await?;
        self.log.refill(&page);
        if let Some(page) = self.log.newest(limit) {
            return Ok(page);
        }
        // The store ended its page by size, or all rooms together leave this one no memory.
        let mut entries = Entry::all(&page);
        entries.retain(|entry| entry.seq <= self.log.last());
        let surplus = entries.len().saturating_sub(limit);
        Ok(entries.split_off(surplus))
    }

    /// What was missed after a seq, and true; or the newest page, and false.
    async fn resume(&mut self, after: u64, id: Option<&MessageId>) -> domain::Result<(Vec<Entry>, bool)> {
        if after > self.log.last() {
            // The client may have been quicker than the stream. One look, not the patience of a gap: anybody can name
            // any seq, and the room waits meanwhile.
            self.read_on().await?;
        }
        let missed = match self.log.resume(after, id) {
            Resume::Missed(missed) => Some(missed),
            Resume::Restart => None,
            Resume::Ask => {
                // At the leader, or a replica's delay would look like history that is no longer kept.
                let cursor = PageRequest::new(Cursor::After(after), limits::PAGE_MAX).at_leader();
                let request = PageRequest { after_id: id.cloned(), ..cursor };
                let page = self.hub.store.page(&self.id, request).await?;
                self.log.bridge(&page)
            }
        };
        match missed {
            Some(missed) => Ok((missed, true)),
            None => Ok((self.newest(limits::PAGE_DEFAULT).await?, false)),
        }
    }
}
