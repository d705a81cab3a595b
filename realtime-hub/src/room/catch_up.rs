//! Reading the log where the stream was not enough.

use std::time::Duration;

use domain::{ClientId, limits};
use serde::Serialize;
use store::{Cursor, HubId, Page, PageRequest};
use tokio::time::Instant;

use super::actor::{Actor, Pending};
use super::log::{Entry, Log};
use super::page_json;
use crate::sockets::json;

/// How often a read that comes back short is repeated before the leader is asked, and the first pause.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_millis(20);
/// Until the next try when the store does not answer.
const RETRY: Duration = Duration::from_secs(1);

/// Says that the history could not be continued; v0.4's clients get the new history itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Resync<'a> {
    room_id: &'a str,
    latest_seq: u64,
}

impl Actor {
    /// Reads and delivers everything up to what was heard of.
    pub(super) async fn catch_up(&mut self) {
        let mut short = 0;
        while self.log.last() < self.heard {
            let before = self.log.last();
            // A replica may be behind by more than anybody waits for; what it lacks is not gone.
            let at_leader = short == TRIES;
            match self.after(before, at_leader).await {
                Ok(page) if !page.recovered => return self.restart_from(&page),
                Ok(page) => self.deliver_page(&page),
                Err(error) => return self.later(Pending::Log, &error),
            }
            if self.log.last() == before {
                if at_leader {
                    // The entries that were heard of are gone.
                    return self.restart().await;
                }
                tokio::time::sleep(PAUSE * 2u32.pow(short)).await;
                short += 1;
            }
        }
    }

    /// Reads what was heard of and is still on its way, so that whoever comes now finds what was acknowledged before. At
    /// most one read a message, however many come; none when the last one failed.
    pub(super) async fn show_heard(&mut self) {
        let waiting = self.pending.is_none_or(|(_, pending)| pending == Pending::Awaited);
        if self.log.last() < self.heard
            && waiting
            && let Err(error) = self.read_on().await
        {
            self.later(Pending::Log, &error);
        }
    }

    /// Reads and delivers what the log holds beyond what was delivered, if anything: at the leader, for somebody has
    /// reason to believe that there is more.
    pub(super) async fn read_on(&mut self) -> Result<(), store::Error> {
        let page = self.after(self.log.last(), true).await?;
        if page.recovered {
            self.deliver_page(&page);
        } else {
            self.restart_from(&page);
        }
        Ok(())
    }

    async fn after(&self, seq: u64, at_leader: bool) -> Result<Page, store::Error> {
        let after_id = self.log.last_id();
        let request = PageRequest { cursor: Cursor::After(seq), limit: limits::PAGE_MAX, after_id, at_leader };
        self.hub.store.page(&self.id, request).await
    }

    fn deliver_page(&mut self, page: &Page) {
        let before = self.log.last();
        for entry in Entry::all(page) {
            if entry.seq > self.log.last() {
                self.deliver(entry);
            }
        }
        self.log.advance(page.next_after);
        if self.log.last() > before {
            self.hub.metrics.gaps_filled.add(1);
        }
    }

    fn later(&mut self, pending: Pending, error: &store::Error) {
        tracing::warn!(room = self.id.alias(), %error, ?pending, "the store can't be read; trying again");
        self.pending = Some((Instant::now() + RETRY, pending));
    }

    /// Only the leader can say that the store went back: a replica that is behind looks the same.
    async fn newest_at_leader(&self) -> Result<Page, store::Error> {
        let request = PageRequest::new(Cursor::Newest, limits::PAGE_MAX).at_leader();
        self.hub.store.page(&self.id, request).await
    }

    /// Looks whether the store went back.
    pub(super) async fn verify(&mut self) {
        match self.newest_at_leader().await {
            Ok(page) if self.log.contradicts(&page) => self.restart_from(&page),
            Ok(_) => {}
            Err(error) => tracing::warn!(room = self.id.alias(), %error, "an old event can't be compared with the log"),
        }
    }

    /// The history can't be continued: starts again from the store's newest page and says so.
    pub(super) async fn restart(&mut self) {
        match self.newest_at_leader().await {
            Ok(page) => self.restart_from(&page),
            Err(error) => self.later(Pending::Restart, &error),
        }
    }

    fn restart_from(&mut self, page: &Page) {
        tracing::warn!(
            room = self.id.alias(),
            "a room's history can't be continued; its members start again from the newest page"
        );
        self.hub.metrics.resets.add(1);
        self.hub.rooms.unheard(&self.id);
        self.log = Log::new(page, self.hub.budget.clone());
        self.members.timing.forget();
        self.heard = self.log.last();
        self.pending = None;
        let newest = self.log.newest(limits::PAGE_DEFAULT).unwrap_or_else(|| Entry::all(page));
        self.members.emit("message_history", &page_json(&newest));
        let resync = Resync { room_id: self.id.as_str(), latest_seq: self.log.last() };
        self.members.emit("resync", &json(&resync));
    }

    /// The stream was cut and is open again: what was published in between is in the log, and who moved is in the store.
    pub(super) async fn refresh(&mut self) {
        let Some(client) = self.members.any_client() else { return self.abandon() };
        // All rooms come here at once.
        let hub = self.hub.clone();
        let Ok(_turn) = hub.refreshes.acquire().await else { return };
        let entered = match self.hub.store.enter(&self.id, &self.hub.id, &client).await {
            Ok(entered) => entered,
            Err(error) => return self.later(Pending::Refresh, &error),
        };
        self.restore(&entered.online);
        self.roster.entered(&client);
        let elsewhere = self.elsewhere(&entered.online).await;
        let moves = self.presence.replace_elsewhere(elsewhere);
        for (clients, action) in [(moves.left, "leave"), (moves.joined, "join")] {
            for client in clients {
                self.tell_move(&client, action);
            }
        }
        if self.log.contradicts(&entered.page) {
            return self.restart_from(&entered.page);
        }
        self.heard = self.heard.max(entered.page.latest_seq);
        self.catch_up().await;
    }

    /// Writes the presence again that the store has lost.
    fn restore(&self, online: &[(String, HubId)]) {
        for client in self.presence.here() {
            let written = online.iter().any(|(id, hub)| id == client && *hub == self.hub.id);
            if let (false, Ok(client)) = (written, ClientId::parse(client, "clientId")) {
                self.roster.lost(&client);
                self.roster.set(&client, true);
            }
        }
    }

    /// The clients on other hubs that are alive. What dead ones left behind is removed from the store.
    pub(super) async fn elsewhere(&self, online: &[(String, HubId)]) -> Vec<(String, HubId)> {
        let others = online.iter().filter(|(_, hub)| *hub != self.hub.id);
        let dead = self.hub.dead_among(others.clone().map(|(_, hub)| hub)).await;
        let (gone, alive): (Vec<_>, Vec<_>) = others.cloned().partition(|(_, hub)| dead.contains(hub));
        if !gone.is_empty() {
            self.roster.forget(gone);
        }
        alive
    }
}
