//! Which systems a scenario measures.

use anyhow::Result;

use crate::context::Context;
use crate::system::{Kind, Parts};

/// RoomTalk's sockets: one hub over a real redis-server, as the Node peer has it.
pub(super) const ROOMTALK: Kind = Kind::RoomTalk(Parts { redis: true, hubs: 1, edge: false });

/// Those that sockets can be connected to, by their names in the samples.
pub(super) const SOCKET_SYSTEMS: [(&str, Kind); 3] =
    [("roomtalk", ROOMTALK), ("node", Kind::Node), ("floor", Kind::Floor)];

/// Those with rooms, histories and a store.
pub(super) const CHAT_SYSTEMS: [(&str, Kind); 2] = [("roomtalk", ROOMTALK), ("node", Kind::Node)];

/// All, and RoomTalk over its embedded store.
pub(super) const LIGHT_SYSTEMS: [(&str, Kind); 4] = [
    ("roomtalk", ROOMTALK),
    ("roomtalk-embedded", Kind::RoomTalk(Parts { redis: false, hubs: 1, edge: false })),
    ("node", Kind::Node),
    ("floor", Kind::Floor),
];

/// Measures those of the systems that are wanted in turn, round by round.
pub(super) async fn in_turn(
    context: &Context,
    systems: &[(&'static str, Kind)],
    measure: impl AsyncFn(usize, &'static str, Kind) -> Result<()>,
) -> Result<()> {
    for round in 1..=context.rounds {
        for (name, kind) in systems.iter().filter(|(name, _)| context.wants(name)) {
            measure(round, name, *kind).await?;
        }
    }
    Ok(())
}
