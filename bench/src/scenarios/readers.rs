//! Live messages while 16 others page through a long history.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::task::JoinHandle;

use super::rooms;
use super::systems::CHAT_SYSTEMS;
use crate::context::Context;
use crate::load::socket::{Client, Crowd, Dialect, Size};
use crate::system::{Kind, System};

const READERS: usize = 16;
/// Messages that a reader asks for at a time.
const PAGE: u64 = 100;

/// Each system stands through all rounds: it takes long to fill the room.
pub(super) async fn run(context: &Context) -> Result<()> {
    let mut stages = Vec::new();
    for (name, kind) in CHAT_SYSTEMS {
        if context.wants(name) {
            stages.push(Stage::new(context, name, kind).await?);
        }
    }
    for round in 1..=context.rounds {
        for stage in &stages {
            stage.measure(context, round).await?;
        }
    }
    for stage in stages {
        drop(stage.crowd);
        stage.system.stop().await?;
    }
    Ok(())
}

struct Stage {
    system: System,
    crowd: Crowd,
    /// What the readers read.
    room: String,
    messages: u64,
}

impl Stage {
    async fn new(context: &Context, name: &str, kind: Kind) -> Result<Self> {
        let system = System::start(name, kind).await?;
        // Version 0.4 answers with all of a room, however long it is: 100 000 messages would take it seconds each time.
        let messages = if system.dialect == Dialect::Node { 5_000 } else { 100_000 };
        let messages = context.size(messages, 300);
        let room = rooms::with_history(context, &system, messages).await?;
        let size = Size { rooms: 1, members: context.size(100, 5), senders: 1 };
        let crowd = Crowd::gather(&context.generator, &system, size).await?;
        Ok(Self { system, crowd, room, messages: messages as u64 })
    }

    async fn measure(&self, context: &Context, round: usize) -> Result<()> {
        let duration = context.size(Duration::from_secs(5), Duration::from_millis(300));
        let without = self.crowd.step(10.0, duration).await?;
        let pages = Arc::new(AtomicU64::new(0));
        let readers = self.start_readers(context, &pages).await?;
        let start = Instant::now();
        let with = self.crowd.step(10.0, duration).await;
        let rate = pages.load(Relaxed) as f64 / start.elapsed().as_secs_f64();
        readers.iter().for_each(JoinHandle::abort);
        let with = with?;
        let [alone, among] = [&without, &with].map(|step| step.latency.percentile(0.5));
        context.add(
            "history readers",
            &self.system.name,
            round,
            &[
                ("p50 without", "ms", alone),
                ("p50 with", "ms", among),
                ("p50 with over without", "", among / alone),
                ("p99 with", "ms", with.latency.percentile(0.99)),
                ("pages read", "1/s", rate),
                ("messages in the room", "", self.messages as f64),
                ("lost", "", (without.lost + with.lost) as f64),
            ],
        );
        Ok(())
    }

    async fn start_readers(&self, context: &Context, pages: &Arc<AtomicU64>) -> Result<Vec<JoinHandle<()>>> {
        let mut readers = Vec::new();
        for (n, client) in rooms::registered(context, &self.system, READERS).await?.into_iter().enumerate() {
            let reader = Reader { client, room: self.room.clone(), pages: pages.clone(), newest: self.messages };
            readers.push(context.generator.spawn(n, reader.run(self.system.dialect, n as u64)));
        }
        Ok(readers)
    }
}

struct Reader {
    client: Client,
    room: String,
    pages: Arc<AtomicU64>,
    newest: u64,
}

impl Reader {
    /// From the newest page to the oldest and back, each as soon as the one before is there.
    async fn run(mut self, dialect: Dialect, start: u64) {
        let pages = (self.newest / PAGE).max(1);
        for turn in (start * pages / READERS as u64).. {
            let place = turn % (2 * pages);
            let page = if place < pages { place } else { 2 * pages - 1 - place };
            let argument = match dialect {
                Dialect::RoomTalk => {
                    let before = self.newest + 2 - page * PAGE;
                    format!(r#"{{"roomId":"{}","before":{before},"limit":{PAGE}}}"#, self.room)
                }
                _ => format!("\"{}\"", self.room),
            };
            let asked = self.client.pen().text(&format!(r#"42["get_room_messages",{argument}]"#));
            let answer = |text: &[u8]| text.starts_with(br#"42["message_history""#);
            if asked.is_err() || self.client.until("a page", answer).await.is_err() {
                return;
            }
            self.pages.fetch_add(1, Relaxed);
        }
    }
}
