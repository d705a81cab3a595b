//! Who is in a room, on this hub and on the others.
//!
//! A client counts once, however many sockets and hubs it has.

use std::collections::{HashMap, HashSet};

use store::HubId;

/// Pure: it says what changed, and the room's actor tells the members.
#[derive(Default)]
pub(crate) struct Presence {
    /// Sockets per client on this hub.
    here: HashMap<String, usize>,
    elsewhere: HashMap<HubId, HashSet<String>>,
    /// On how many hubs each client is.
    hubs: HashMap<String, usize>,
}

/// Clients that came to the room or left it altogether.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Moves {
    pub(crate) joined: Vec<String>,
    pub(crate) left: Vec<String>,
}

/// What one socket more or less changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    /// On this hub it was the client's first or last socket.
    pub(crate) hub: bool,
    /// In the room too.
    pub(crate) room: bool,
}

impl Presence {
    pub(crate) fn count(&self) -> usize {
        self.hubs.len()
    }

    /// A socket of `client` came to this hub.
    pub(crate) fn enter(&mut self, client: &str) -> Change {
        let sockets = self.here.entry(client.to_owned()).or_default();
        *sockets += 1;
        let hub = *sockets == 1;
        Change { hub, room: hub && self.up(client) }
    }

    /// A socket of `client` left this hub.
    pub(crate) fn leave(&mut self, client: &str) -> Change {
        match self.here.get_mut(client) {
            None => Change { hub: false, room: false },
            Some(sockets) if *sockets > 1 => {
                *sockets -= 1;
                Change { hub: false, room: false }
            }
            Some(_) => {
                self.here.remove(client);
                Change { hub: true, room: self.down(client) }
            }
        }
    }

    /// Whether the client has a socket on this hub.
    pub(crate) fn is_here(&self, client: &str) -> bool {
        self.here.contains_key(client)
    }

    /// The clients with a socket on this hub.
    pub(crate) fn here(&self) -> impl Iterator<Item = &str> {
        self.here.keys().map(String::as_str)
    }

    /// Another hub says that `client` came. True: it was nowhere in the room before.
    pub(crate) fn came(&mut self, hub: &str, client: &str) -> bool {
        self.elsewhere.entry(hub.to_owned()).or_default().insert(client.to_owned()) && self.up(client)
    }

    /// Another hub says that `client` left. True: it is nowhere in the room any more.
    pub(crate) fn left(&mut self, hub: &str, client: &str) -> bool {
        let Some(clients) = self.elsewhere.get_mut(hub) else { return false };
        let removed = clients.remove(client);
        if clients.is_empty() {
            self.elsewhere.remove(hub);
        }
        removed && self.down(client)
    }

    /// Another hub is gone: the clients that were only there.
    pub(crate) fn drop_hub(&mut self, hub: &str) -> Vec<String> {
        let clients = self.elsewhere.remove(hub).unwrap_or_default();
        clients.into_iter().filter(|client| self.down(client)).collect()
    }

    /// Takes the store's word for who is on the other hubs.
    pub(crate) fn replace_elsewhere(&mut self, online: impl IntoIterator<Item = (String, HubId)>) -> Moves {
        let before: HashSet<String> = self.hubs.keys().cloned().collect();
        for hub in self.elsewhere.keys().cloned().collect::<Vec<_>>() {
            self.drop_hub(&hub);
        }
        for (client, hub) in online {
            self.came(&hub, &client);
        }
        Moves {
            joined: self.hubs.keys().filter(|client| !before.contains(*client)).cloned().collect(),
            left: before.into_iter().filter(|client| !self.hubs.contains_key(client)).collect(),
        }
    }

    fn up(&mut self, client: &str) -> bool {
        let hubs = self.hubs.entry(client.to_owned()).or_default();
        *hubs += 1;
        *hubs == 1
    }

    fn down(&mut self, client: &str) -> bool {
        match self.hubs.get_mut(client) {
            Some(hubs) if *hubs > 1 => {
                *hubs -= 1;
                false
            }
            Some(_) => self.hubs.remove(client).is_some(),
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Change = Change { hub: false, room: false };
    const FIRST: Change = Change { hub: true, room: true };

    #[test]
    fn two_tabs_of_one_client_count_once_and_closing_one_keeps_the_other() {
        let mut presence = Presence::default();
        assert_eq!(presence.enter("a"), FIRST);
        assert_eq!(presence.enter("a"), NOTHING);
        assert_eq!(presence.count(), 1);
        assert_eq!(presence.leave("a"), NOTHING);
        assert!(presence.is_here("a"));
        assert_eq!(presence.leave("a"), FIRST);
        assert_eq!(presence.count(), 0);
    }

    #[test]
    fn a_client_on_two_hubs_counts_once() {
        let mut presence = Presence::default();
        assert!(presence.came("h2", "a"));
        assert_eq!(presence.enter("a"), Change { hub: true, room: false });
        assert_eq!(presence.count(), 1);
        assert!(!presence.left("h2", "a"));
        assert_eq!(presence.leave("a"), FIRST);
    }

    #[test]
    fn what_is_said_twice_changes_nothing() {
        let mut presence = Presence::default();
        assert!(presence.came("h2", "a"));
        assert!(!presence.came("h2", "a"));
        assert!(presence.left("h2", "a"));
        assert!(!presence.left("h2", "a"));
        assert_eq!(presence.leave("a"), NOTHING);
        assert_eq!(presence.count(), 0);
    }

    #[test]
    fn a_dead_hub_takes_only_its_own_clients_along() {
        let mut presence = Presence::default();
        presence.enter("a");
        for client in ["a", "b"] {
            presence.came("h2", client);
        }
        presence.came("h3", "c");
        assert_eq!(presence.drop_hub("h2"), ["b"]);
        assert_eq!(presence.count(), 2);
    }

    #[test]
    fn the_stores_word_replaces_what_was_known_of_other_hubs() {
        let mut presence = Presence::default();
        presence.enter("me");
        presence.came("h2", "gone");
        presence.came("h2", "stays");
        let moves =
            presence.replace_elsewhere([("stays".to_owned(), "h2".to_owned()), ("new".to_owned(), "h3".to_owned())]);
        assert_eq!(moves, Moves { joined: vec!["new".to_owned()], left: vec!["gone".to_owned()] });
        assert_eq!(presence.count(), 3);
    }
}
