//! Filling a room: all join at once, and each gets its history.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use super::rooms;
use super::systems::{CHAT_SYSTEMS, in_turn};
use crate::context::Context;
use crate::load::socket::Client;
use crate::system::{Kind, System};

pub(super) async fn run(context: &Context) -> Result<()> {
    in_turn(context, &CHAT_SYSTEMS, async |round, name, kind| measure(context, round, name, kind).await).await
}

async fn measure(context: &Context, round: usize, name: &str, kind: Kind) -> Result<()> {
    let system = System::start(name, kind).await?;
    let count = context.size(1000, 10);
    let room = rooms::with_history(context, &system, context.size(100, 5)).await?;
    let clients = rooms::registered(context, &system, count).await?;
    let cpu = system.cpu(&[])?;

    let (told, mut joined) = mpsc::unbounded_channel();
    let (end, ended) = watch::channel(());
    let start = Instant::now();
    let mut members = Vec::new();
    for (n, client) in clients.into_iter().enumerate() {
        let member = member(client, format!("\"{room}\""), told.clone(), ended.clone());
        members.push(context.generator.spawn(n, member));
    }
    for _ in 0..count {
        let joined = timeout(Duration::from_mins(1), joined.recv()).await.context("the room does not fill")?;
        joined.context("no more members")??;
    }
    let seconds = start.elapsed().as_secs_f64();
    // What is still to come of all the joins.
    sleep(context.size(Duration::from_millis(1500), Duration::from_millis(100))).await;
    drop(end);
    let (mut frames, mut bytes) = (0, 0);
    for member in members {
        let client = member.await?;
        frames += client.frames;
        bytes += client.bytes;
    }
    let cpu = system.cpu(&[])? - cpu;
    context.add(
        &format!("fill {count}"),
        name,
        round,
        &[
            ("time", "s", seconds),
            ("frames per member", "", frames as f64 / count as f64),
            ("received in all", "MB", bytes as f64 / 1e6),
            ("CPU, all parts", "s", cpu),
        ],
    );
    system.stop().await
}

/// Joins, tells, and then reads on until the end.
async fn member(
    mut client: Client,
    room: String,
    told: mpsc::UnboundedSender<Result<()>>,
    mut ended: watch::Receiver<()>,
) -> Client {
    (client.frames, client.bytes) = (0, 0);
    let joined = client.join(&room).await;
    let is_in = joined.is_ok();
    let _ = told.send(joined.map(drop));
    if is_in {
        tokio::select! {
            () = client.idle() => {}
            _ = ended.changed() => {}
        }
    }
    client
}
