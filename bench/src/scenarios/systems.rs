//! Which systems a scenario measures.

use crate::system::{Kind, Parts};

/// RoomTalk's sockets: one hub over a real redis-server, as the Node peer has it.
pub(super) const ROOMTALK: Kind = Kind::RoomTalk(Parts { redis: true, hubs: 1, edge: false });

/// Those that sockets can be connected to, by their names in the samples.
pub(super) const SOCKET_SYSTEMS: [(&str, Kind); 3] =
    [("roomtalk", ROOMTALK), ("node", Kind::Node), ("floor", Kind::Floor)];

/// Those, and RoomTalk over its embedded store.
pub(super) const LIGHT_SYSTEMS: [(&str, Kind); 4] = [
    ("roomtalk", ROOMTALK),
    ("roomtalk-embedded", Kind::RoomTalk(Parts { redis: false, hubs: 1, edge: false })),
    ("node", Kind::Node),
    ("floor", Kind::Floor),
];
