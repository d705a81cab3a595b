//! Measures the REST path against the store alone, in one run: what a request through a component costs more than the
//! same command sent straight to the store.

mod load;
mod report;
mod system;

use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use crate::load::{Figures, Load};
use crate::report::Row;
use crate::system::System;

/// Requests in flight at once.
const CONCURRENCY: [usize; 3] = [1, 16, 64];
/// How often each pair is measured, in turn: A B A B …
const ROUNDS: usize = 3;
/// How long one measurement takes.
const DURATION: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() -> Result<()> {
    // Fails only when a provider is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let system = System::start().await?;
    let room = system.room_with_messages(100).await?;
    let append = system::append_command(&room);
    let messages = format!("{}/api/rooms/{room}/messages", system.edge);
    let etag = system.etag(&messages).await?;
    let client = reqwest::Client::builder().tcp_nodelay(true).build()?;

    let store = |body: serde_json::Value| client.post(&system.store).bearer_auth(&system.token).body(body.to_string());
    let pairs: [(&str, reqwest::RequestBuilder, reqwest::RequestBuilder); 3] = [
        (
            "quiet poll (304) / XREVRANGE 1",
            client.get(&messages).header("if-none-match", etag),
            store(json!(["XREVRANGE", format!("room:{{{room}}}:log"), "+", "-", "COUNT", 1])),
        ),
        (
            "GET newest 100 / XREVRANGE 100",
            client.get(&messages),
            store(json!(["XREVRANGE", format!("room:{{{room}}}:log"), "+", "-", "COUNT", 100])),
        ),
        (
            "POST / XADD",
            client
                .post(&messages)
                .header("content-type", "application/json")
                .body(json!({"clientId": "bench", "content": "Hello, bench"}).to_string()),
            store(append),
        ),
    ];
    let mut rows = Vec::new();
    for (name, edge, store) in &pairs {
        for concurrency in CONCURRENCY {
            eprintln!("measuring {name} at concurrency {concurrency}");
            let (mut a, mut b) = (Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                a.push(Load { request: edge, concurrency, duration: DURATION }.run().await?);
                b.push(Load { request: store, concurrency, duration: DURATION }.run().await?);
            }
            rows.push(Row::new(name, concurrency, Figures::median(&mut a), Figures::median(&mut b)));
        }
    }
    report::print(&rows);
    report::write(&rows)?;
    system.stop().await
}
