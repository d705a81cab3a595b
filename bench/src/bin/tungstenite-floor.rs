//! The floor: a bare broadcast server on tokio-tungstenite, as one would write it who has nothing else to do. What a client
//! sends goes to all members of its room. `/ws/ROOM` is a member; `/send/ROOM` only sends.
//!
//! `tungstenite-floor HOST:PORT`

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast::{Receiver, Sender, channel, error::RecvError};
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async_with_config};

/// Messages that may wait for a member; one that falls further behind is cut.
const QUEUE: usize = 4096;
/// Messages that are written at once.
const BATCH: usize = 64;

/// The shared text of a message goes to each member as it is.
type Rooms = Arc<Mutex<HashMap<String, Sender<Utf8Bytes>>>>;

#[tokio::main]
async fn main() -> Result<()> {
    let address = std::env::args().nth(1).context("an address is expected")?;
    let listener = TcpListener::bind(address).await?;
    let rooms = Rooms::default();
    loop {
        let (stream, _) = listener.accept().await?;
        let rooms = rooms.clone();
        // An error is a connection that has ended, which is nobody else's concern.
        tokio::spawn(async move { serve(stream, &rooms).await });
    }
}

async fn serve(stream: TcpStream, rooms: &Rooms) -> Result<()> {
    stream.set_nodelay(true)?;
    // A small buffer for reading; that for writing takes just what waits, and goes out in one piece.
    let config = WebSocketConfig::default().read_buffer_size(4096);
    let mut path = String::new();
    #[expect(clippy::result_large_err, reason = "the type is tungstenite's")]
    let note = |request: &Request, response: Response| {
        request.uri().path().clone_into(&mut path);
        Ok(response)
    };
    let socket = accept_hdr_async_with_config(stream, note, Some(config)).await?;
    if let Some(room) = path.strip_prefix("/send/") {
        return listen(socket, &room_of(rooms, room)).await;
    }
    let room = room_of(rooms, path.strip_prefix("/ws/").context("no room")?);
    let messages = room.subscribe();
    join(socket, &room, messages).await
}

fn room_of(rooms: &Rooms, name: &str) -> Sender<Utf8Bytes> {
    let mut rooms = rooms.lock().unwrap_or_else(PoisonError::into_inner);
    rooms.entry(name.to_owned()).or_insert_with(|| channel(QUEUE).0).clone()
}

/// Takes what a client sends.
async fn listen(mut socket: WebSocketStream<TcpStream>, room: &Sender<Utf8Bytes>) -> Result<()> {
    while let Some(message) = socket.next().await {
        if let Message::Text(text) = message? {
            // An error means that the room is empty.
            let _ = room.send(text);
        }
    }
    Ok(())
}

/// Takes what a member sends, and gives it what all send.
async fn join(
    mut socket: WebSocketStream<TcpStream>,
    room: &Sender<Utf8Bytes>,
    mut messages: Receiver<Utf8Bytes>,
) -> Result<()> {
    loop {
        tokio::select! {
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => drop(room.send(text)),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Ok(()),
            },
            message = messages.recv() => match message {
                Ok(text) => {
                    socket.feed(Message::Text(text)).await?;
                    for _ in 1..BATCH {
                        let Ok(text) = messages.try_recv() else { break };
                        socket.feed(Message::Text(text)).await?;
                    }
                    socket.flush().await?;
                }
                Err(RecvError::Lagged(_) | RecvError::Closed) => return Ok(()),
            },
        }
    }
}
