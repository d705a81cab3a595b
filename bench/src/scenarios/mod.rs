//! What is measured: one file each, all in one list.

mod connect;
mod delivery;
mod engine;
mod fan_out;
mod fill;
mod http;
mod idle;
mod readers;
mod rejoin;
mod rooms;
mod scale_out;
mod start;
mod systems;

use std::pin::Pin;
use std::time::Instant;

use anyhow::Result;

use crate::context::Context;

type Running<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// A scenario measures its systems in turn, round by round, and adds its samples to the context.
pub(crate) struct Scenario {
    /// By which it is chosen.
    pub(crate) name: &'static str,
    /// In one line.
    pub(crate) about: &'static str,
    run: for<'a> fn(&'a Context) -> Running<'a>,
}

/// Every scenario, in the order of the table.
const ALL: &[Scenario] = &[
    Scenario {
        name: "fan-out",
        about: "highest rate of deliveries with p99 <= 250 ms and nothing lost or doubled",
        run: |context| Box::pin(fan_out::run(context)),
    },
    Scenario {
        name: "delivery CPU",
        about: "what a delivery costs the server, at 100 000 a second in a room of 1 000",
        run: |context| Box::pin(delivery::cpu(context)),
    },
    Scenario {
        name: "light load",
        about: "latency at 100 members x 10 messages a second, the store included",
        run: |context| Box::pin(delivery::light(context)),
    },
    Scenario {
        name: "idle",
        about: "memory per idle socket, each registered and in a room of 50",
        run: |context| Box::pin(idle::run(context)),
    },
    Scenario {
        name: "connect",
        about: "connections a second, each registered, 64 at a time",
        run: |context| Box::pin(connect::run(context)),
    },
    Scenario { name: "fill", about: "1 000 join a room at once", run: |context| Box::pin(fill::run(context)) },
    Scenario {
        name: "rejoin storm",
        about: "1 000 members of a room come back at once",
        run: |context| Box::pin(rejoin::run(context)),
    },
    Scenario {
        name: "history readers",
        about: "live latency while 16 others page through a long history",
        run: |context| Box::pin(readers::run(context)),
    },
    Scenario {
        name: "scale-out",
        about: "the same load on 1, 2 and 4 hubs over one store",
        run: |context| Box::pin(scale_out::run(context)),
    },
    Scenario {
        name: "POST",
        about: "messages sent by REST, with 1, 16 and 64 connections",
        run: |context| Box::pin(http::post::run(context)),
    },
    Scenario {
        name: "GET",
        about: "the newest page of rooms with 100, 5 000 and 100 000 messages",
        run: |context| Box::pin(http::page::run(context)),
    },
    Scenario {
        name: "304",
        about: "a quiet room asked for news, and the commands of that",
        run: |context| Box::pin(http::poll::run(context)),
    },
    Scenario {
        name: "image",
        about: "images of 100 kB, up and down",
        run: |context| Box::pin(http::image::run(context)),
    },
    Scenario {
        name: "hello",
        about: "the cheapest route of the edge host, the floor of all others",
        run: |context| Box::pin(http::framework::hello(context)),
    },
    Scenario {
        name: "share of",
        about: "what WebAssembly adds to each component, over the same handlers natively",
        run: |context| Box::pin(http::framework::run(context)),
    },
    Scenario {
        name: "append",
        about: "the store alone: appends under each policy of its log, beside a redis-server",
        run: |context| Box::pin(engine::run(context)),
    },
    Scenario {
        name: "start",
        about: "from the start of a program to its first answer",
        run: |context| Box::pin(start::run(context)),
    },
    Scenario {
        name: "first load",
        about: "bytes and time of the page and what it names",
        run: |context| Box::pin(http::first_load::run(context)),
    },
];

/// The scenarios whose names, or whose cases' names, contain one of these words; without words, all.
pub(crate) fn chosen(words: &[String]) -> Vec<&'static Scenario> {
    let wanted = |scenario: &&Scenario| {
        words.is_empty()
            || words.iter().any(|word| scenario.name.contains(word.as_str()) || word.starts_with(scenario.name))
    };
    ALL.iter().filter(wanted).collect()
}

/// Runs them one after the other, and names those that failed: the others' figures are worth having all the same.
pub(crate) async fn run(chosen: &[&Scenario], context: &Context) -> Vec<&'static str> {
    let mut failed = Vec::new();
    for scenario in chosen {
        eprintln!("==> {}: {}", scenario.name, scenario.about);
        let start = Instant::now();
        if let Err(error) = (scenario.run)(context).await {
            eprintln!("    {} FAILED: {error:#}", scenario.name);
            failed.push(scenario.name);
        }
        eprintln!("    {}: {:.0} s", scenario.name, start.elapsed().as_secs_f32());
    }
    failed
}
