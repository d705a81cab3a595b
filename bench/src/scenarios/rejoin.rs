//! A rejoin storm: all members of a room lose their connections, miss a few messages, and come back at once.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::time::sleep;

use super::rooms;
use super::systems::{CHAT_SYSTEMS, in_turn};
use crate::context::Context;
use crate::load::socket::{Client, Dialect};
use crate::system::{Kind, System, net, redis};

/// Messages that are missed.
const MISSED: usize = 20;
/// How many come back at a time: more than a server's queue of new connections holds would just measure that queue.
const AT_ONCE: usize = 100;

pub(super) async fn run(context: &Context) -> Result<()> {
    in_turn(context, &CHAT_SYSTEMS, async |round, name, kind| measure(context, round, name, kind).await).await
}

async fn measure(context: &Context, round: usize, name: &str, kind: Kind) -> Result<()> {
    let system = System::start(name, kind).await?;
    let count = context.size(1000, 10);
    let room = rooms::with_history(context, &system, context.size(100, 5)).await?;
    let clients = rooms::registered(context, &system, count).await?;
    let quoted = format!("\"{room}\"");
    let enter = |_, mut client: Client| {
        let room = quoted.clone();
        async move { client.join(&room).await.map(|history| (client, history)) }
    };
    let (members, mut histories): (Vec<_>, Vec<_>) =
        context.generator.each(clients, count, enter).await?.into_iter().unzip();
    let mut storm = Storm { context, system: &system, room, history: histories.pop().unwrap_or_default() };
    // One of them comes back alone first; what that costs, the first of all costs.
    let first = storm.strike(members, 1).await?;
    let clients = rooms::registered(context, &system, count).await?;
    let members = context.generator.each(clients, count, enter).await?.into_iter().map(|(member, _)| member).collect();
    let all = storm.strike(members, count).await?;
    let further = |all: f64, first: f64| ((all - first) / (count as f64 - 1.0)).max(0.0);
    let mut figures = vec![
        ("time", "s", all.seconds),
        ("store commands", "", all.commands),
        ("commands per further client", "", further(all.commands, first.commands)),
        ("CPU, all parts", "s", all.cpu),
    ];
    if system.dialect == Dialect::RoomTalk {
        figures.push(("reads per further client", "", further(all.reads, first.reads)));
    }
    context.add("rejoin storm", name, round, &figures);
    drop(storm);
    system.stop().await
}

struct Storm<'a> {
    context: &'a Context,
    system: &'a System,
    room: String,
    /// The last history that was told.
    history: String,
}

struct Cost {
    seconds: f64,
    /// Of the store, of all kinds.
    commands: f64,
    /// Of history, by the hub's own count.
    reads: f64,
    cpu: f64,
}

impl Storm<'_> {
    /// All go, and `count` of them come back.
    async fn strike(&mut self, members: Vec<Client>, count: usize) -> Result<Cost> {
        let bare = format!("\"{}\"", self.room);
        let pause = self.context.size(Duration::from_secs(1), Duration::from_millis(100));
        let wish = if self.system.dialect == Dialect::RoomTalk {
            let (after, id) = rooms::newest(&self.history)?;
            format!(r#"{{"roomId":{bare},"after":{after},"afterId":"{id}"}}"#)
        } else {
            bare
        };
        // Presence is written a little after a join, and what is not written yet is not what coming back costs.
        self.quiet().await?;
        drop(members);
        rooms::say(self.context, self.system, &self.room, MISSED).await?;
        sleep(pause).await;

        let (commands, reads, cpu) = (self.commands().await?, self.reads().await?, self.system.cpu(&[])?);
        let start = Instant::now();
        let (address, dialect) = (self.system.sockets[0], self.system.dialect);
        let return_to = |n, ()| {
            let wish = wish.clone();
            async move {
                let mut client = Client::register(address, dialect, &format!("client-{n}")).await?;
                let history = client.join(&wish).await?;
                ensure!(rooms::messages(&history) >= MISSED, "a member came back and was not told what it missed");
                Ok((client, history))
            }
        };
        let back = self.context.generator.each(vec![(); count], AT_ONCE, return_to).await?;
        let seconds = start.elapsed().as_secs_f64();
        // Presence is written a little later.
        sleep(pause).await;
        let cost = Cost {
            seconds,
            commands: self.commands().await? - commands,
            reads: self.reads().await? - reads,
            cpu: self.system.cpu(&[])? - cpu,
        };
        if let Some((_, history)) = back.into_iter().next_back() {
            self.history = history;
        }
        sleep(pause).await;
        Ok(cost)
    }

    /// Waits, for at most ten seconds, until the store has nothing to do.
    async fn quiet(&self) -> Result<()> {
        let mut before = self.commands().await?;
        for _ in 0..50 {
            sleep(Duration::from_millis(200)).await;
            let now = self.commands().await?;
            if now - before <= 1.0 {
                break;
            }
            before = now;
        }
        Ok(())
    }

    async fn commands(&self) -> Result<f64> {
        match self.system.redis {
            Some(redis) => Ok(redis::total(redis).await? as f64),
            None => Ok(0.0),
        }
    }

    /// Pages that the hub has read from the store so far.
    async fn reads(&self) -> Result<f64> {
        if self.system.dialect != Dialect::RoomTalk {
            return Ok(0.0);
        }
        let (_, text) = net::get(self.system.sockets[0], "/metrics").await?;
        Ok(["page", "enter"].iter().map(|op| counted(&text, op)).sum())
    }
}

/// How often the hub has called this operation of the store.
fn counted(metrics: &str, op: &str) -> f64 {
    let prefix = format!("roomtalk_hub_store_calls_total{{op=\"{op}\"");
    let lines = metrics.lines().filter(|line| line.starts_with(&prefix));
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_whatever_came_of_them() {
        let text = "roomtalk_hub_store_calls_total{op=\"page\",outcome=\"ok\"} 2\n\
                    roomtalk_hub_store_calls_total{op=\"page\",outcome=\"unavailable\"} 1\n\
                    roomtalk_hub_store_calls_total{op=\"append\",outcome=\"ok\"} 7\n";
        assert!((counted(text, "page") - 3.0).abs() < f64::EPSILON);
    }
}
