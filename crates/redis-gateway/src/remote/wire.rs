//! A connection to a Redis server by plain TCP, shared by all commands.
//!
//! The client library copies each string of a reply into memory of its own. Here strings stay in the buffer in which they
//! came, which makes a page of messages three times as cheap.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use redis::RedisConnectionInfo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::resp::{self, Frame, Scan};
use crate::Reply;
use crate::backend::Command;

/// Requests that go out in one write at most.
const BATCH: usize = 256;
/// How much is read at once, in bytes.
const READ: usize = 64 * 1024;

/// The connection. It ends when the last of its clones is gone, after the answers that are still due.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    requests: mpsc::UnboundedSender<Request>,
    moved: Arc<Moved>,
}

/// When bytes last went either way.
#[derive(Debug)]
struct Moved {
    start: Instant,
    /// Milliseconds after the start.
    last: AtomicU64,
}

impl Moved {
    fn now(&self) {
        let elapsed = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(elapsed, Ordering::Relaxed);
    }
}

/// Commands as they go out, and who waits for so many replies.
#[derive(Debug)]
struct Request {
    commands: Vec<u8>,
    waiting: Waiting,
}

#[derive(Debug)]
struct Waiting {
    count: usize,
    answer: oneshot::Sender<Vec<Frame>>,
}

impl Wire {
    /// Connects, and says who it is. `Err` with what went wrong.
    pub(super) async fn open(host: &str, port: u16, settings: &RedisConnectionInfo) -> Result<Self, String> {
        let tcp = TcpStream::connect((host, port)).await.map_err(|error| error.to_string())?;
        tcp.set_nodelay(true).map_err(|error| error.to_string())?;
        let (input, output) = tcp.into_split();
        let (requests, received) = mpsc::unbounded_channel();
        let (written, waiting) = mpsc::unbounded_channel();
        let moved = Arc::new(Moved { start: Instant::now(), last: AtomicU64::new(0) });
        tokio::spawn(write(output, received, written, moved.clone()));
        tokio::spawn(read(input, waiting, moved.clone()));

        let wire = Self { requests, moved };
        let word = |text: &str| Bytes::copy_from_slice(text.as_bytes());
        let mut greetings = Vec::new();
        if let Some(password) = settings.password() {
            let names = settings.username().into_iter().chain([password]);
            greetings.push([word("AUTH")].into_iter().chain(names.map(word)).collect());
        }
        if settings.db() != 0 {
            greetings.push(vec![word("SELECT"), settings.db().to_string().into()]);
        }
        if !greetings.is_empty() {
            let frames = wire.send(&greetings).await.ok_or("it closed the connection")?;
            let replies = resp::replies(&frames).map_err(|resp::Malformed| "it speaks another protocol")?;
            if let Some(Reply::Error(text)) = replies.into_iter().find(|reply| matches!(reply, Reply::Error(_))) {
                return Err(text);
            }
        }
        Ok(wire)
    }

    /// Sends commands and gives their replies as they came. `None`: the connection broke; they may have been executed.
    pub(super) async fn send(&self, commands: &[Command]) -> Option<Vec<Frame>> {
        let mut bytes = Vec::with_capacity(commands.iter().flatten().map(|word| word.len() + 16).sum());
        for command in commands {
            resp::command(&mut bytes, command);
        }
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { count: commands.len(), answer };
        self.requests.send(Request { commands: bytes, waiting }).ok()?;
        answered.await.ok()
    }

    /// When bytes last went either way. Replies come in order, so while they move each one comes nearer.
    pub(super) fn last_moved(&self) -> Instant {
        self.moved.start + Duration::from_millis(self.moved.last.load(Ordering::Relaxed))
    }
}

/// Writes what waits, all together.
async fn write(
    mut tcp: OwnedWriteHalf,
    mut requests: mpsc::UnboundedReceiver<Request>,
    written: mpsc::UnboundedSender<Waiting>,
    moved: Arc<Moved>,
) {
    let mut batch = Vec::new();
    while requests.recv_many(&mut batch, BATCH).await > 0 {
        let mut bytes = Vec::new();
        for Request { commands, waiting } in batch.drain(..) {
            // Before it is written, so that no reply comes that nobody waits for.
            if written.send(waiting).is_err() {
                return;
            }
            if bytes.is_empty() {
                bytes = commands;
            } else {
                bytes.extend_from_slice(&commands);
            }
        }
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            if let Err(error) = tcp.write_buf(&mut rest).await {
                tracing::debug!(%error, "the connection to the Redis server broke");
                return;
            }
            moved.now();
        }
    }
}

/// Reads replies and hands them out in the order of the commands. When it ends, all who wait learn it.
async fn read(mut tcp: OwnedReadHalf, mut waiting: mpsc::UnboundedReceiver<Waiting>, moved: Arc<Moved>) {
    let mut buffer = BytesMut::new();
    let mut scan = Scan::default();
    let mut current: Option<(Waiting, Vec<Frame>)> = None;
    loop {
        buffer.reserve(READ);
        match tcp.read_buf(&mut buffer).await {
            Ok(0) => return,
            Ok(_) => moved.now(),
            Err(error) => return tracing::debug!(%error, "the connection to the Redis server broke"),
        }
        loop {
            let frame = match scan.take(&mut buffer) {
                Ok(Some(frame)) => frame,
                Ok(None) => break,
                Err(resp::Malformed) => return tracing::error!("the Redis server sent what is no reply"),
            };
            let (whom, mut frames) = match current.take() {
                Some(current) => current,
                None => match waiting.try_recv() {
                    Ok(whom) => (whom, Vec::new()),
                    Err(_) => return tracing::error!("the Redis server sent a reply that nobody waits for"),
                },
            };
            frames.push(frame);
            if frames.len() < whom.count {
                current = Some((whom, frames));
            } else {
                // Who has stopped waiting does not need it.
                let _ = whom.answer.send(frames);
            }
        }
    }
}
