//! The actor: a room's state and its main loop.

use std::sync::Arc;

use domain::{ClientId, Room, RoomId};
use socketio::Socket;
use store::{Action, Entered, HubId, mutation};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use traces::scope;

use super::log::{Entry, Log, Verdict};
use super::members::{Members, member_change, member_count};
use super::presence::Presence;
use super::roster::Roster;
use super::{COUNT_INTERVAL, Command, History, LINGER, MOVES_TOLD, STREAM_LAG, page_json};
use crate::hub::Shared;

/// What has to be read from the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pending {
    /// The log, should the stream not have brought by then what was heard of.
    Awaited,
    /// The log, which could not be read.
    Log,
    /// Log and presence, after a cut of the stream.
    Refresh,
    /// The newest page: the history can't be continued.
    Restart,
}

/// A live room.
pub(super) struct Actor {
    pub(super) hub: Shared,
    pub(super) id: RoomId,
    pub(super) room: Arc<Room>,
    pub(super) log: Log,
    /// Newest seq that is known to exist. Above `log.last()`, it has to come, or is fetched.
    pub(super) heard: u64,
    pub(super) members: Members,
    pub(super) presence: Presence,
    pub(super) roster: Roster,
    /// What has to be read from the store, and when.
    pub(super) pending: Option<(Instant, Pending)>,
    /// When the members are told their count.
    count_at: Option<Instant>,
    counted: Instant,
    /// When the room stops being live.
    close_at: Option<Instant>,
}

impl Actor {
    /// A room without members yet; `client` is about to join, and its presence is written.
    pub(super) async fn new(hub: Shared, id: RoomId, entered: &Entered, client: &ClientId) -> Self {
        let roster = Roster::new(hub.clone(), id.clone());
        roster.entered(client);
        let now = Instant::now();
        let mut actor = Self {
            room: Arc::new(entered.room.clone()),
            log: Log::new(&entered.page, hub.budget.clone()),
            heard: entered.page.latest_seq,
            members: Members::new(hub.engine.clone(), hub.metrics.clone()),
            presence: Presence::default(),
            roster,
            pending: None,
            count_at: None,
            counted: now,
            close_at: Some(now + LINGER),
            hub,
            id,
        };
        let elsewhere = actor.elsewhere(&entered.online).await;
        actor.presence.replace_elsewhere(elsewhere);
        actor
    }

    /// Works until the room has been empty for a while.
    pub(super) async fn run(mut self, mut commands: mpsc::UnboundedReceiver<Command>) {
        loop {
            self.members.flush_due();
            let due = [self.pending.map(|(at, _)| at), self.count_at, self.close_at, self.members.due()]
                .into_iter()
                .flatten()
                .min();
            let command = tokio::select! {
                command = commands.recv() => command,
                () = self.hub.stopping.cancelled(), if self.members.is_empty() => return,
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                    self.due(Instant::now()).await;
                    if self.close_at.is_some_and(|at| at <= Instant::now()) && self.hub.rooms.close(&self.id, &commands) {
                        return;
                    }
                    continue;
                }
            };
            let Some(command) = command else { return };
            self.obey(command).await;
        }
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::Join(join) => scope(join.trace, self.join(join)).await,
            Command::Leave { socket, done } => {
                self.leave(socket);
                self.members.flush();
                let _ = done.send(());
            }
            Command::History { socket, limit, done } => {
                let _ = done.send(self.history(&socket, limit).await);
            }
            Command::Message(entry, None) => self.message(entry).await,
            Command::Message(entry, Some(trace)) => self.traced_message(entry, trace).await,
            Command::Entry { seq } => self.entry(seq).await,
            Command::Heard { seq, sent } => {
                self.expect(seq);
                if let Some(sent) = sent {
                    self.members.timing.sent(seq, sent);
                }
            }
            Command::Presence { hub, client, action } => self.moved(&hub, &client, action),
            Command::HubGone { hub } => self.hub_gone(&hub),
            Command::Refresh => self.refresh().await,
        }
    }

    async fn due(&mut self, now: Instant) {
        if let Some((_, pending)) = self.pending.take_if(|(at, _)| *at <= now) {
            match pending {
                Pending::Awaited | Pending::Log => self.catch_up().await,
                Pending::Refresh => self.refresh().await,
                Pending::Restart => self.restart().await,
            }
        }
        if self.count_at.is_some_and(|at| at <= now) {
            self.count_at = None;
            self.counted = now;
            self.members.emit("room_member_count", &member_count(&self.id, self.presence.count()));
        }
    }

    /// An event of the stream.
    pub(super) async fn message(&mut self, entry: Entry) {
        self.heard = self.heard.max(entry.seq);
        match self.log.judge(entry.seq, &entry.id) {
            Verdict::Next => self.deliver(entry),
            Verdict::Old => {}
            // The event itself is in the log too, so reading the log is all there is to do.
            Verdict::Gap if mutation::is("no-gap-fill") => self.deliver(entry),
            Verdict::Gap => self.catch_up().await,
            Verdict::WentBack => self.restart().await,
            Verdict::Unsure => self.verify().await,
        }
    }

    async fn entry(&mut self, seq: u64) {
        self.heard = self.heard.max(seq);
        if seq == self.log.last() + 1 {
            self.log.advance(seq);
        } else if seq > self.log.last() {
            self.catch_up().await;
        }
    }

    /// Shows every member the next message. Nothing else in the hub does.
    pub(super) fn deliver(&mut self, entry: Entry) {
        let told = self.members.show(&entry);
        self.hub.metrics.deliveries.add(told);
        self.log.push(entry);
        if self.log.last() >= self.heard {
            self.pending.take_if(|(_, pending)| matches!(pending, Pending::Awaited | Pending::Log));
        }
    }

    /// An entry is known to exist: if the stream does not bring it in time, it is read.
    fn expect(&mut self, seq: u64) {
        self.heard = self.heard.max(seq);
        if self.heard > self.log.last() && self.pending.is_none() {
            self.pending = Some((Instant::now() + STREAM_LAG, Pending::Awaited));
        }
    }

    pub(super) fn leave(&mut self, socket: u64) {
        let Some(client) = self.members.remove(socket) else { return };
        let change = self.presence.leave(client.as_str());
        if change.hub {
            self.roster.set(&client, false);
        }
        if change.room {
            self.tell_move(client.as_str(), "leave");
        }
        if self.members.is_empty() {
            self.close_at = Some(Instant::now() + LINGER);
        }
    }

    /// A member is here: the room stays live.
    pub(super) fn occupied(&mut self) {
        self.close_at = None;
    }

    /// Nobody is here and nothing was lost by that: the room need not stay live.
    pub(super) fn abandon(&mut self) {
        self.close_at = Some(Instant::now());
    }

    async fn history(&mut self, socket: &Socket, limit: usize) -> domain::Result<History> {
        self.show_heard().await;
        let page = self.newest(limit).await?;
        self.members.flush();
        socket.emit("message_history", page_json(&page).get());
        Ok(History { count: page.len(), latest_seq: self.log.last() })
    }

    fn moved(&mut self, hub: &str, client: &str, action: Action) {
        if hub == self.hub.id {
            // Another hub thought that this one was dead and took the client away.
            if action == Action::Leave
                && self.presence.is_here(client)
                && let Ok(client) = ClientId::parse(client, "clientId")
            {
                self.roster.lost(&client);
                self.roster.set(&client, true);
            }
            return;
        }
        match action {
            Action::Join if self.presence.came(hub, client) => self.tell_move(client, "join"),
            Action::Leave if self.presence.left(hub, client) => self.tell_move(client, "leave"),
            _ => {}
        }
    }

    fn hub_gone(&mut self, hub: &HubId) {
        for client in self.presence.drop_hub(hub) {
            self.tell_move(&client, "leave");
        }
    }

    /// Tells all members that a client moved; in a large room only the count, and not more often than it is worth.
    pub(super) fn tell_move(&mut self, client: &str, action: &'static str) {
        let count = self.presence.count();
        if count <= MOVES_TOLD {
            self.members.emit("room_member_change", &member_change(&self.id, client, count, action));
        } else if self.count_at.is_none() {
            self.count_at = Some(Instant::now().max(self.counted + COUNT_INTERVAL));
        }
    }
}

#[cfg(test)]
#[path = "actor_tests.rs"]
mod tests;
