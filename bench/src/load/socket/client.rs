//! One connection.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;

use super::frame::{self, Frame};
use super::pen::Pen;

/// What a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Socket.IO; the handshake registers, and every event has an ack.
    RoomTalk,
    /// Socket.IO as version 0.4 spoke it.
    Node,
    /// Nothing but frames: `/ws/ROOM` is a member, `/send/ROOM` only sends.
    Bare,
}

/// Space for reading at first; it grows for larger frames.
const BUFFER: usize = 4096;

/// A WebSocket, and what was read from it.
pub(crate) struct Client {
    reader: OwnedReadHalf,
    pen: Arc<Pen>,
    buffer: Vec<u8>,
    /// What of the buffer was read and not looked at.
    start: usize,
    end: usize,
    asked: u32,
    /// Text frames so far, and the bytes of their texts.
    pub(crate) frames: u64,
    pub(crate) bytes: u64,
}

impl Client {
    /// Opens a WebSocket.
    pub(crate) async fn open(address: SocketAddr, path: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("can't connect")?;
        stream.set_nodelay(true)?;
        let (reader, writer) = stream.into_split();
        let pen = Arc::new(Pen::new(writer));
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        pen.write(request.as_bytes())?;
        let mut client = Self { reader, pen, buffer: vec![0; BUFFER], start: 0, end: 0, asked: 0, frames: 0, bytes: 0 };
        let end = loop {
            client.fill().await?;
            if let Some(end) = client.unread().windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = String::from_utf8_lossy(&client.unread()[..end]).into_owned();
        ensure!(head.starts_with("HTTP/1.1 101"), "no WebSocket: {head}");
        client.start += end;
        Ok(client)
    }

    /// Opens a Socket.IO connection of this client, and registers it.
    pub(crate) async fn register(address: SocketAddr, dialect: Dialect, id: &str) -> Result<Self> {
        let mut client = Self::open(address, "/socket.io/?EIO=4&transport=websocket").await?;
        client.until("the handshake", |text| text.starts_with(b"0{")).await?;
        let auth = if dialect == Dialect::RoomTalk { format!(r#"40{{"clientId":"{id}"}}"#) } else { "40".to_owned() };
        client.pen.text(&auth)?;
        client.until("the connection", |text| text.starts_with(b"40{")).await?;
        if dialect == Dialect::Node {
            client.pen.text(&format!(r#"42["register","{id}"]"#))?;
            client.until("the registration", |text| text.starts_with(br#"42["room_list""#)).await?;
        }
        Ok(client)
    }

    /// Makes a room, and gives its id.
    pub(crate) async fn create_room(&mut self) -> Result<String> {
        let answer = self.ask("create_room", r#"{"name":"bench"}"#).await?;
        answer.split('"').nth(1).map(str::to_owned).with_context(|| format!("no room in {answer}"))
    }

    /// Sends a text to a room, without asking for an answer.
    pub(crate) fn send(&self, room: &str, content: &str) -> Result<()> {
        self.pen.text(&format!(r#"42["send_message",{{"roomId":"{room}","content":"{content}"}}]"#))
    }

    /// Joins a room, named by its id as JSON or by an object, and gives the history that it is told.
    pub(crate) async fn join(&mut self, room: &str) -> Result<String> {
        self.pen.text(&format!(r#"42["join_room",{room}]"#))?;
        let (mut history, mut counted) = (None, false);
        self.until("the room", |text| {
            if text.starts_with(br#"42["message_history""#) {
                history = Some(String::from_utf8_lossy(text).into_owned());
            }
            counted |= text.starts_with(br#"42["room_member_count""#);
            counted && history.is_some()
        })
        .await?;
        history.context("no history")
    }

    /// Emits an event with one argument, in JSON, and gives what its ack holds.
    pub(crate) async fn ask(&mut self, event: &str, argument: &str) -> Result<String> {
        self.asked += 1;
        self.pen.text(&format!(r#"42{}["{event}",{argument}]"#, self.asked))?;
        let prefix = format!("43{}[", self.asked);
        let answer = self.until(event, |text| text.starts_with(prefix.as_bytes())).await?;
        Ok(answer[prefix.len()..].to_owned())
    }

    /// Reads until a text that `wanted` likes, and gives it. An error that the server tells is one here.
    pub(crate) async fn until(&mut self, what: &str, mut wanted: impl FnMut(&[u8]) -> bool) -> Result<String> {
        loop {
            while let Some(text) = self.take().with_context(|| format!("waiting for {what}"))? {
                if wanted(text) {
                    return Ok(String::from_utf8_lossy(text).into_owned());
                }
                if text.starts_with(br#"42["error""#) || text.starts_with(b"44") || text == b"41" {
                    bail!("waiting for {what}: {}", String::from_utf8_lossy(text));
                }
            }
            self.fill().await.with_context(|| format!("waiting for {what}"))?;
        }
    }

    /// Reads and answers pings; ends with the connection.
    pub(crate) async fn idle(&mut self) {
        while self.fill().await.is_ok() {
            while matches!(self.take(), Ok(Some(_))) {}
        }
    }

    pub(crate) fn pen(&self) -> Arc<Pen> {
        self.pen.clone()
    }

    /// The next text that was read whole. What needs an answer and means nothing else is dealt with.
    pub(super) fn take(&mut self) -> Result<Option<&[u8]>> {
        while let Some(Frame { opcode, payload }) = frame::decode(&self.buffer[..self.end], self.start)? {
            self.start = payload.end;
            match opcode {
                frame::TEXT if self.buffer[payload.clone()] == *b"2" => self.pen.text("3")?,
                frame::TEXT => {
                    self.frames += 1;
                    self.bytes += payload.len() as u64;
                    return Ok(Some(&self.buffer[payload]));
                }
                frame::PING => self.pen.write(&frame::encode(frame::PONG, &self.buffer[payload]))?,
                frame::CLOSE => bail!("the server closed"),
                _ => {}
            }
        }
        Ok(None)
    }

    fn unread(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Reads more, at least something. An error when the connection has ended.
    pub(super) async fn fill(&mut self) -> Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            self.buffer.resize(self.end * 2, 0);
        }
        let read = self.reader.read(&mut self.buffer[self.end..]).await?;
        ensure!(read > 0, "the server ended the connection");
        self.end += read;
        Ok(())
    }
}
