//! Rooms full of members, and those who send to them.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::board::Board;
use super::client::{Client, Dialect};
use super::generator::Generator;
use super::pen::Pen;
use crate::system::System;

/// How many enter at once.
const AT_ONCE: usize = 64;

/// How large a crowd is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) rooms: usize,
    /// In each room.
    pub(crate) members: usize,
    /// For each room; they are no members of it.
    pub(crate) senders: usize,
}

/// A room as its senders know it.
pub(super) struct Room {
    pub(super) id: String,
    pub(super) senders: Vec<Arc<Pen>>,
}

/// Connected members and senders. They leave when this is dropped.
pub(crate) struct Crowd {
    pub(super) dialect: Dialect,
    pub(super) size: Size,
    pub(super) rooms: Arc<Vec<Room>>,
    pub(super) board: Arc<Board>,
    tasks: Vec<JoinHandle<()>>,
}

impl Crowd {
    /// Makes the rooms and fills them; the members of each are spread over all hubs.
    pub(crate) async fn gather(generator: &Generator, system: &System, size: Size) -> Result<Self> {
        let dialect = system.dialect;
        let address = |n: usize| system.sockets[n % system.sockets.len()];
        let mut tasks = Vec::new();
        let mut rooms = Vec::new();
        for room in 0..size.rooms {
            let mut senders = Vec::new();
            let mut id = String::new();
            for sender in 0..size.senders {
                let n = room * size.senders + sender;
                let (address, known) = (address(n), id.clone());
                let entering = generator.spawn(n, sender_of(address, dialect, n, known));
                let (mut client, room) = entering.await??;
                id = room;
                senders.push(client.pen());
                tasks.push(generator.spawn(n, async move { client.idle().await }));
            }
            rooms.push(Room { id, senders });
        }
        let board = Arc::new(Board::new(generator.shards()));
        let crowd = Self { dialect, size, rooms: Arc::new(rooms), board, tasks };
        crowd.fill(generator, address).await
    }

    async fn fill(mut self, generator: &Generator, address: impl Fn(usize) -> std::net::SocketAddr) -> Result<Self> {
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        let (entered, mut entries) = mpsc::unbounded_channel();
        let count = self.size.rooms * self.size.members;
        for n in 0..count {
            let (board, turns, entered) = (self.board.clone(), turns.clone(), entered.clone());
            let (address, dialect, shard) = (address(n / self.size.rooms), self.dialect, generator.shard(n));
            let room = self.rooms[n % self.size.rooms].id.clone();
            self.tasks.push(generator.spawn(n, async move {
                let turn = turns.acquire().await;
                let client = member_of(address, dialect, n, &room).await;
                drop(turn);
                match client {
                    Ok(client) => {
                        let _ = entered.send(Ok(()));
                        board.receive(shard, client).await;
                    }
                    Err(error) => drop(entered.send(Err(error))),
                }
            }));
        }
        for _ in 0..count {
            let entry = timeout(Duration::from_mins(1), entries.recv()).await.context("the rooms do not fill")?;
            entry.context("no more members")??;
        }
        Ok(self)
    }

    /// Connections of members that have ended.
    pub(crate) fn ended(&self) -> usize {
        self.board.ended.load(std::sync::atomic::Ordering::Relaxed)
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn member_of(address: std::net::SocketAddr, dialect: Dialect, n: usize, room: &str) -> Result<Client> {
    if dialect == Dialect::Bare {
        return Client::open(address, &format!("/ws/{room}")).await;
    }
    let mut client = Client::register(address, dialect, &format!("member-{n}")).await?;
    client.join(&format!("\"{room}\"")).await?;
    Ok(client)
}

/// A connection that only sends, to a room that it makes unless there is one.
async fn sender_of(
    address: std::net::SocketAddr,
    dialect: Dialect,
    n: usize,
    room: String,
) -> Result<(Client, String)> {
    if dialect == Dialect::Bare {
        let room = if room.is_empty() { format!("room-{n}") } else { room };
        return Ok((Client::open(address, &format!("/send/{room}")).await?, room));
    }
    let mut client = Client::register(address, dialect, &format!("sender-{n}")).await?;
    let room = if room.is_empty() { client.create_room().await? } else { room };
    Ok((client, room))
}
