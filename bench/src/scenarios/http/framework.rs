//! What the edge host and WebAssembly cost: each route through its component and natively, over the same store.

use std::sync::Arc;

use anyhow::Result;
use serde_json::json;

use super::world::{APART, NATIVE, Target, World};
use super::{CONCURRENCY, image, page, post};
use crate::context::Context;
use crate::load::closed::{Load, Request};

/// A route by its component, a request, and the status of its answer.
type Route = (&'static str, Arc<Request>, u16);

/// The cheapest route of all: no store, a few bytes.
pub(in crate::scenarios) async fn hello(context: &Context) -> Result<()> {
    let world = World::start(context, &[APART, NATIVE]).await?;
    for round in 1..=context.rounds {
        for concurrency in CONCURRENCY {
            for target in &world.targets {
                let load = target.load(context, Arc::new(Request::get("/api/nothing", &[])), 404, concurrency);
                world.measure(context, target, round, &format!("hello c{concurrency}"), load).await?;
            }
        }
    }
    world.stop().await
}

/// Each component, one request at a time.
pub(in crate::scenarios) async fn run(context: &Context) -> Result<()> {
    let world = World::start(context, &[APART, NATIVE]).await?;
    let rooms = world.rooms(100).await?;
    let Some((first, room)) = world.targets.first().zip(rooms.first()) else { return Ok(()) };
    let routes = routes(first, room).await?;
    for round in 1..=context.rounds {
        for (name, request, status) in &routes {
            let scenario = format!("share of {name}");
            let mut all = Vec::new();
            for target in &world.targets {
                let load = target.load(context, request.clone(), *status, 1);
                let load = Load { duration: load.duration * 2, ..load };
                all.push(world.measure(context, target, round, &scenario, load).await?);
            }
            if let [apart, native] = all[..] {
                let shares =
                    [("framework p50", "ms", apart.p50 - native.p50), ("framework p99", "ms", apart.p99 - native.p99)];
                context.add(&scenario, APART, round, &shares);
            }
        }
    }
    world.stop().await
}

async fn routes(target: &Target, room: &str) -> Result<Vec<Route>> {
    let get = |path: &str| Arc::new(Request::get(path, &[]));
    let image = image::image(target, room).await?;
    Ok(vec![
        ("clients", Arc::new(Request::post("/api/clients", &json!({}))), 201),
        ("rooms", get(&format!("/api/rooms/{room}")), 200),
        ("messages GET", page::newest(room), 200),
        ("messages POST", post::post(room, &post::message()), 201),
        ("images", get(&image), 200),
        ("status", get("/api/status"), 200),
        ("site", get("/"), 200),
    ])
}
