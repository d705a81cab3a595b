//! Tells creators of their new rooms, each socket once.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use domain::Room;
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::hub::Shared;
use crate::lock;
use crate::sockets::json;

/// How many announcements are remembered.
const MEMORY: usize = 1024;
/// How long the creator's ack waits for the event, so that v0.4's order holds: `new_room`, then the ack.
const EVENT_LAG: Duration = Duration::from_secs(1);

/// The rooms that were announced lately.
#[derive(Default)]
pub(crate) struct NewRooms {
    announced: Mutex<VecDeque<String>>,
    change: Notify,
}

impl NewRooms {
    /// True: this is the first time.
    fn first(&self, room: &str) -> bool {
        let mut announced = lock(&self.announced);
        if announced.iter().any(|id| id == room) {
            return false;
        }
        announced.push_back(room.to_owned());
        if announced.len() > MEMORY {
            announced.pop_front();
        }
        drop(announced);
        self.change.notify_waiters();
        true
    }

    async fn wait(&self, room: &str) {
        loop {
            let change = self.change.notified();
            let mut change = std::pin::pin!(change);
            change.as_mut().enable();
            if lock(&self.announced).iter().any(|id| id == room) {
                return;
            }
            change.await;
        }
    }
}

/// The stream brought a new room: its creator's sockets are told.
pub(crate) fn announce(hub: &Shared, client: &str, room: &Room) {
    if hub.new_rooms.first(&room.id) {
        let json = json(room);
        hub.clients.each(client, |socket| socket.emit("new_room", json.get()));
    }
}

/// This hub has created a room: waits until its creator's sockets were told, or tells them when the stream does not.
pub(crate) async fn created(hub: &Shared, room: &Room) {
    if timeout(EVENT_LAG, hub.new_rooms.wait(&room.id)).await.is_err() {
        announce(hub, &room.creator_id, room);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_room_is_announced_once_and_its_waiters_go_on() {
        let rooms = std::sync::Arc::new(NewRooms::default());
        let waiter = tokio::spawn({
            let rooms = rooms.clone();
            async move { rooms.wait("b").await }
        });
        assert!(rooms.first("a") && rooms.first("b"));
        assert!(!rooms.first("b"));
        waiter.await.unwrap();
        rooms.wait("a").await;
    }

    #[test]
    fn only_the_latest_are_remembered() {
        let rooms = NewRooms::default();
        for n in 0..=MEMORY {
            assert!(rooms.first(&n.to_string()));
        }
        assert!(rooms.first("0"));
        assert!(!rooms.first("1000"));
    }
}
