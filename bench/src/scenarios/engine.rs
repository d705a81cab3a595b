//! The store itself: how many appends a second the embedded engine does under each policy of its log, in process and
//! through its gateway, beside a redis-server of the same policy.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use bytes::Bytes;
use futures_util::future::try_join_all;
use redis_gateway::engine::{Engine, EngineConfig};
use redis_gateway::{Backend, Fsync, Reply};
use serde_json::json;

use super::http::seed;
use crate::append::Append;
use crate::context::Context;
use crate::load::closed::{Clock, Connection, Expected, Figures, Load, Request, Track, UNIQUE, on_own_thread, unique};
use crate::system::{redis, roomtalk};

/// Who append at once.
const WRITERS: usize = 64;
/// Over a socket they come in pipelines, so that it is the store that is measured.
const CONNECTIONS: usize = 4;
const ROOM: &str = "AbCdEf0123";
const POLICIES: [(&str, Fsync); 3] = [("always", Fsync::Always), ("everysec", Fsync::EverySec), ("no", Fsync::No)];

pub(super) async fn run(context: &Context) -> Result<()> {
    let append = Append::to(ROOM).await?;
    let duration = context.size(Duration::from_secs(2), Duration::from_millis(30));
    for round in 1..=context.rounds {
        for (policy, fsync) in POLICIES {
            let scenario = format!("append, {policy}");
            if !context.wants_case(&scenario) {
                continue;
            }
            if context.wants("engine") {
                let figures = in_process(&append, fsync, duration).await?;
                context.add(&scenario, "engine", round, &figures.samples(1));
            }
            if context.wants("gateway") {
                let figures = gateway(&append, policy, duration).await?;
                context.add(&scenario, "gateway", round, &figures.samples(WRITERS / CONNECTIONS));
            }
            if context.wants("redis-server") {
                let figures = redis_server(&append, policy, duration).await?;
                context.add(&scenario, "redis-server", round, &figures.samples(WRITERS / CONNECTIONS));
            }
        }
    }
    Ok(())
}

/// Each writer waits for its reply before it appends again, as hubs and components do.
async fn in_process(append: &Append, fsync: Fsync, duration: Duration) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let engine = Engine::open(EngineConfig { dir: Some(folder.path().join("store")), fsync })?;
    let before = [create(), append.load.clone()].map(|command| command.into_iter().map(Bytes::from).collect());
    check(&engine.pipeline(before.to_vec()).await)?;
    let command = append.command.clone();
    let figures = on_own_thread(async move {
        let clock = Clock::start(duration / 5, duration)?;
        let tracks = try_join_all((0..WRITERS).map(|_| write(&engine, &command, &clock))).await?;
        let figures = clock.figures(tracks);
        engine.close().await?;
        figures
    });
    figures.await
}

async fn write(engine: &Engine, command: &[String], clock: &Clock) -> Result<Track> {
    let fixed: Vec<Bytes> = command.iter().cloned().map(Bytes::from).collect();
    let marked: Vec<usize> = (0..command.len()).filter(|&at| command[at].contains(UNIQUE)).collect();
    let mut track = Track::default();
    loop {
        let number = unique();
        let mut next = fixed.clone();
        for &at in &marked {
            next[at] = Bytes::from(command[at].replace(UNIQUE, &number));
        }
        let sent = Instant::now();
        if sent >= clock.end {
            return Ok(track);
        }
        check(&engine.pipeline(vec![next]).await)?;
        track.add(sent, clock.begin);
    }
}

fn check(replies: &[Reply]) -> Result<()> {
    let failed = replies.iter().find(|reply| matches!(reply, Reply::Error(_)));
    ensure!(failed.is_none(), "the engine says: {failed:?}");
    Ok(())
}

async fn gateway(append: &Append, policy: &str, duration: Duration) -> Result<Figures> {
    let (store, process) = roomtalk::gateway(None, policy).await?;
    let pipeline = |command: &[String], count| Request::pipeline(roomtalk::TOKEN, command, count);
    let mut connection = Connection::open(store).await?;
    for command in [&create(), &append.load, &append.command] {
        seed::pipeline(&mut connection, &pipeline(command, 1)).await?;
    }
    let request = pipeline(&append.command, WRITERS / CONNECTIONS);
    let figures = load(store, request, Expected::Status(200), duration).run().await;
    process.stop().await?;
    figures
}

async fn redis_server(append: &Append, policy: &str, duration: Duration) -> Result<Figures> {
    let (store, process) = redis::start_with(policy).await?;
    let mut connection = Connection::open(store).await?;
    for command in [&create(), &append.load] {
        connection.exchange_commands(Request::commands(command, 1).bytes(), 1).await?;
    }
    let count = WRITERS / CONNECTIONS;
    let request = Request::commands(&append.command, count);
    let figures = load(store, request, Expected::Replies(count), duration).run().await;
    process.stop().await?;
    figures
}

fn load(address: SocketAddr, request: Request, expected: Expected, duration: Duration) -> Load {
    Load { address, request: Arc::new(request), expected, concurrency: CONNECTIONS, duration, most: None }
}

/// The room's first entry, without which the script refuses.
fn create() -> Vec<String> {
    let room = json!({"id": ROOM}).to_string();
    ["XADD", &format!("room:{{{ROOM}}}:log"), "0-*", "k", "created", "id", ROOM, "m", &room].map(str::to_owned).to_vec()
}
