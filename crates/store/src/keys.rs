//! The names of everything in the store.
//!
//! A room's keys carry its id in literal braces, so that all of them lie in one slot of a Redis Cluster.

use std::net::IpAddr;

use domain::{ClientId, ImageId, MessageId, RoomId};

/// The channel of all events. The scripts name it too.
#[cfg(feature = "reqwest")]
pub(crate) const CHANNEL: &str = "events";
/// All room ids by creation time in ms.
pub(crate) const ROOMS: &str = "rooms";
/// Lives while any hub does.
pub(crate) const HUBS_LIVE: &str = "hubs:live";

/// The number of the layout that the data has. No room's id is so short.
pub(crate) const LAYOUT: &str = "room:layout";

/// The room itself: a hash.
pub(crate) fn room(room: &RoomId) -> String {
    format!("room:{{{room}}}")
}

/// The room's log: a stream.
pub(crate) fn log(room: &RoomId) -> String {
    format!("room:{{{room}}}:log")
}

/// The log of a room that is being brought in from elsewhere, until all of it is there.
pub(crate) fn importing(room: &RoomId) -> String {
    format!("room:{{{room}}}:importing")
}

/// How far a room was brought in: `start:position:seq`.
pub(crate) fn imported(room: &RoomId) -> String {
    format!("room:{{{room}}}:imported")
}

/// Marks a message id as used in a room: `clientId:seq:fingerprint`.
pub(crate) fn sent(room: &RoomId, message: &MessageId) -> String {
    format!("room:{{{room}}}:sent:{message}")
}

/// Who is in a room: a hash of fields `hubId|clientId`.
pub(crate) fn online(room: &RoomId) -> String {
    format!("room:{{{room}}}:online")
}

/// An image of a room: a hash.
pub(crate) fn image(room: &RoomId, image: &ImageId) -> String {
    format!("room:{{{room}}}:image:{image}")
}

/// The rooms that a client created, by creation time in ms.
pub(crate) fn rooms_of(client: &ClientId) -> String {
    format!("client:{client}:rooms")
}

/// A bucket of a client.
pub(crate) fn client_bucket(what: &str, client: &ClientId) -> String {
    format!("limit:{what}:client:{client}")
}

/// A bucket of an address.
pub(crate) fn address_bucket(what: &str, address: IpAddr) -> String {
    format!("limit:{what}:address:{}", domain::address_block(address))
}

/// Lives while the hub does.
pub(crate) fn hub(hub: &str) -> String {
    format!("hub:{hub}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_keys_of_a_room_lie_in_its_slot() {
        let id = RoomId::parse("AbCdEf0123").unwrap();
        let message = MessageId::parse("01930000-0000-7000-8000-000000000000", "id").unwrap();
        let own = [room(&id), log(&id), sent(&id, &message), online(&id), image(&id, &ImageId::of(b"x"))];
        let keys = own.into_iter().chain([importing(&id), imported(&id)]).collect::<Vec<_>>();
        for key in &keys {
            // Redis Cluster hashes what stands between the first `{` and the next `}`.
            let tag = key.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map(|(tag, _)| tag);
            assert_eq!(tag, Some("AbCdEf0123"), "{key}");
        }
        let different: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(different.len(), keys.len());
    }
}
