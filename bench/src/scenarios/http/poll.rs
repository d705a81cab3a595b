//! Asking a quiet room for news: an answer of 304.

use std::sync::Arc;

use anyhow::Result;

use super::CONCURRENCY;
use super::page::{newest, path};
use super::world::{APART, EMBEDDED, NATIVE, NODE, ROOMTALK, Target, World};
use crate::context::Context;
use crate::load::closed::{Connection, Request};
use crate::system::redis;

/// Polls whose commands are counted.
const COUNTED: u32 = 100;

pub(in crate::scenarios) async fn run(context: &Context) -> Result<()> {
    let world = World::start(context, &[ROOMTALK, NODE, EMBEDDED, APART, NATIVE]).await?;
    let rooms = world.rooms(100).await?;
    for round in 1..=context.rounds {
        for concurrency in CONCURRENCY {
            let scenario = format!("304 c{concurrency}");
            for (target, room) in world.targets.iter().zip(&rooms) {
                let etag = target.header(&newest(room), "etag").await?;
                let poll = Arc::new(Request::get(&path(room), &[("if-none-match", &etag)]));
                let read = target.load(context, newest(room), 200, concurrency).run().await?;
                let load = target.load(context, poll.clone(), 304, concurrency);
                let figures = world.measure(context, target, round, &scenario, load).await?;
                context.add(&scenario, target.name, round, &[("rate over GET", "x", figures.rate / read.rate)]);
                if concurrency == 1 && target.name != NATIVE {
                    count(context, &world, target, &poll, round).await?;
                }
            }
        }
    }
    world.stop().await
}

/// Counts the commands of a poll, where they can be counted.
async fn count(context: &Context, world: &World, target: &Target, poll: &Request, round: usize) -> Result<()> {
    let Some(redis) = world.system(target)?.redis else { return Ok(()) };
    let mut connection = Connection::open(target.http).await?;
    let mut fewest = f64::INFINITY;
    // A hub's sign of life may fall into one of them, not into all.
    for _ in 0..3 {
        let before = redis::total(redis).await?;
        for _ in 0..COUNTED {
            connection.exchange(poll.bytes()).await?;
        }
        let commands = redis::total(redis).await?.saturating_sub(before);
        fewest = fewest.min(commands as f64 / f64::from(COUNTED));
    }
    context.add("304 c1", target.name, round, &[("billed commands", "", fewest)]);
    Ok(())
}
