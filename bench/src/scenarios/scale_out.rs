//! Scaling out: the same load on 1, 2 and 4 hubs over one store.

use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::context::Context;
use crate::load::socket::{Crowd, Size};
use crate::system::{Kind, Parts, Store, System, redis};

/// Messages a second, to all rooms together.
const RATE: f64 = 500.0;

pub(super) async fn run(context: &Context) -> Result<()> {
    for round in 1..=context.rounds {
        for (hubs, name) in [(1, "roomtalk"), (2, "roomtalk, 2 hubs"), (4, "roomtalk, 4 hubs")] {
            if context.wants("roomtalk") {
                measure(context, round, hubs, name).await?;
            }
        }
    }
    Ok(())
}

/// 50 rooms, each with its 20 members spread over all hubs: no hub is spared an event.
async fn measure(context: &Context, round: usize, hubs: usize, name: &str) -> Result<()> {
    let system = System::start(name, Kind::RoomTalk(Parts { redis: true, hubs, edge: false })).await?;
    let size = Size { rooms: context.size(50, 2), members: context.size(20, 8), senders: 1 };
    let crowd = Crowd::gather(&context.generator, &system, size).await?;
    let seconds = context.size(4.0, 0.3);
    crowd.step(RATE, Duration::from_secs_f64(seconds / 4.0)).await?;
    // Signs of life and late presence are not counted with the messages.
    sleep(context.size(Duration::from_secs(1), Duration::from_millis(50))).await;

    let (end, ended) = watch::channel(());
    let bytes = system.store.map(|store| tokio::spawn(listen(store, ended)));
    let commands = total(&system).await?;
    let (hub, gateway) = (system.cpu(&["hub"])?, system.cpu(&["gateway"])?);
    let step = crowd.step(RATE, Duration::from_secs_f64(seconds)).await?;
    let (hub, gateway) = (system.cpu(&["hub"])? - hub, system.cpu(&["gateway"])? - gateway);
    let commands = total(&system).await? - commands;
    drop(end);
    let bytes = match bytes {
        Some(listener) => listener.await??,
        None => 0,
    };
    let messages = step.messages as f64;
    context.add(
        "scale-out",
        name,
        round,
        &[
            ("deliveries per hub CPU second", "1/s", step.deliveries as f64 / hub),
            ("CPU per message, all hubs", "us", hub * 1e6 / messages),
            ("CPU per message, gateway", "us", gateway * 1e6 / messages),
            ("store commands per message", "", commands as f64 / messages),
            ("event bytes per message and hub", "", bytes as f64 / messages),
            ("p99", "ms", step.latency.percentile(0.99)),
            ("lost", "", step.lost as f64),
        ],
    );
    drop(crowd);
    system.stop().await
}

async fn total(system: &System) -> Result<u64> {
    match system.redis {
        Some(redis) => redis::total(redis).await,
        None => Ok(0),
    }
}

/// Reads the event stream as one more hub would, until the end, and counts its bytes.
async fn listen(store: Store, mut ended: watch::Receiver<()>) -> Result<usize> {
    let mut stream = TcpStream::connect(store.address).await?;
    let request = format!(
        "GET /subscribe/events HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n",
        store.address, store.token
    );
    stream.write_all(request.as_bytes()).await?;
    let mut buffer = vec![0; 16 * 1024];
    let read = stream.read(&mut buffer).await?;
    ensure!(buffer.starts_with(b"HTTP/1.1 200"), "no events: {}", String::from_utf8_lossy(&buffer[..read]));
    let mut bytes = 0;
    loop {
        tokio::select! {
            read = stream.read(&mut buffer) => match read? {
                0 => return Ok(bytes),
                read => bytes += read,
            },
            _ = ended.changed() => return Ok(bytes),
        }
    }
}
