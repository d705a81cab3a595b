//! How fast sockets are connected and registered.

use std::time::Instant;

use anyhow::Result;

use super::systems::{SOCKET_SYSTEMS, in_turn};
use crate::context::Context;
use crate::load::socket::{Client, Dialect};
use crate::system::{Kind, System, usage};

/// Handshakes at a time.
const AT_ONCE: usize = 64;

pub(super) async fn run(context: &Context) -> Result<()> {
    in_turn(context, &SOCKET_SYSTEMS, async |round, name, kind| measure(context, round, name, kind).await).await
}

async fn measure(context: &Context, round: usize, name: &str, kind: Kind) -> Result<()> {
    let system = System::start(name, kind).await?;
    let (address, dialect) = (system.sockets[0], system.dialect);
    let count = context.size(3000, 20);
    let (front, load) = (system.cpu(system.front())?, usage::cpu(std::process::id())?);
    let start = Instant::now();
    let clients = context
        .generator
        .each(vec![(); count], AT_ONCE, |n, ()| async move {
            match dialect {
                Dialect::Bare => Client::open(address, "/ws/lobby").await,
                _ => Client::register(address, dialect, &format!("client-{n}")).await,
            }
        })
        .await?;
    let seconds = start.elapsed().as_secs_f64();
    let (front, load) = (system.cpu(system.front())? - front, usage::cpu(std::process::id())? - load);
    context.add(
        "connect",
        name,
        round,
        &[
            ("connections", "1/s", count as f64 / seconds),
            ("CPU per connection", "us", front * 1e6 / count as f64),
            ("load: CPU", "cores", load / seconds),
        ],
    );
    drop(clients);
    system.stop().await
}
