//! Memory of sockets that do nothing: each registered, and in a room with 49 others.

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use super::systems::{SOCKET_SYSTEMS, in_turn};
use crate::context::Context;
use crate::load::socket::{Crowd, Size};
use crate::machine;
use crate::system::{Kind, System};

/// Members of each room.
const ROOM: usize = 50;

pub(super) async fn run(context: &Context) -> Result<()> {
    in_turn(context, &SOCKET_SYSTEMS, async |round, name, kind| measure(context, round, name, kind).await).await
}

/// One server, to which more and more connect.
async fn measure(context: &Context, round: usize, name: &str, kind: Kind) -> Result<()> {
    let system = System::start(name, kind).await?;
    let room = context.size(ROOM, 5);
    // What a server takes once, it has taken before the first count.
    drop(Crowd::gather(&context.generator, &system, Size { rooms: 1, members: room, senders: 1 }).await?);
    let before = settled(context, &system).await?;
    let mut crowds = Vec::new();
    let mut sockets = 0;
    for wanted in context.size([1_000, 5_000, 10_000], [10, 20, 30]) {
        if wanted > machine::sockets_allowed() {
            eprintln!("    {wanted} sockets are more than the limit of open files allows; see `ulimit -n`");
            break;
        }
        // One of each room made it and is not in it.
        let rooms = (wanted - sockets) / room;
        let size = Size { rooms, members: room - 1, senders: 1 };
        crowds.push(Crowd::gather(&context.generator, &system, size).await?);
        sockets += rooms * room;
        let grown = settled(context, &system).await? - before;
        let total = before + grown;
        context.add(
            &format!("idle {sockets}"),
            name,
            round,
            &[
                ("memory per socket", "KiB", grown / 1024.0 / sockets as f64),
                ("memory in all", "MiB", total / 1024.0 / 1024.0),
            ],
        );
    }
    drop(crowds);
    system.stop().await
}

/// Memory of the process that holds the sockets, once nothing happens any more.
async fn settled(context: &Context, system: &System) -> Result<f64> {
    sleep(context.size(Duration::from_secs(2), Duration::from_millis(50))).await;
    system.memory(system.front())
}
