//! A keep-alive connection that reads no more of an answer than where it ends.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::answer::{Head, Length, chunks};
use super::resp;

/// A connection, one request at a time.
pub(crate) struct Connection {
    tcp: TcpStream,
    /// The last answer.
    buffer: Vec<u8>,
}

/// An answer, complete.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    head: &'a [u8],
    /// As it came: chunks are not put together.
    raw_body: &'a [u8],
    length: Length,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let tcp = TcpStream::connect(address).await.with_context(|| format!("can't connect to {address}"))?;
        tcp.set_nodelay(true)?;
        Ok(Self { tcp, buffer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.tcp.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            self.read().await?;
            if let Some(head) = Head::parse(&self.buffer)? {
                break head;
            }
        };
        match head.length {
            Length::Bytes(length) => {
                let end = head.end + length;
                self.buffer.reserve(end.saturating_sub(self.buffer.len()));
                while self.buffer.len() < end {
                    self.read().await?;
                }
            }
            Length::Chunked => {
                while !chunks(&self.buffer[head.end..], |_| ())? {
                    self.read().await?;
                }
            }
        }
        let (raw_head, raw_body) = self.buffer.split_at(head.end);
        Ok(Answer { status: head.status, head: raw_head, raw_body, length: head.length })
    }

    /// Sends commands to a Redis server and reads `count` replies.
    pub(crate) async fn exchange_commands(&mut self, commands: &[u8], count: usize) -> Result<()> {
        self.tcp.write_all(commands).await?;
        self.buffer.clear();
        let mut end = 0;
        for _ in 0..count {
            end = loop {
                match resp::end_of_reply(&self.buffer, end)? {
                    Some(end) => break end,
                    None => self.read().await?,
                }
            };
        }
        Ok(())
    }

    async fn read(&mut self) -> Result<()> {
        let read = self.tcp.read_buf(&mut self.buffer).await?;
        ensure!(read > 0, "the connection was closed before the answer was complete");
        Ok(())
    }
}

impl Answer<'_> {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        super::answer::header(self.head, name).map(|value| String::from_utf8_lossy(value).into_owned())
    }

    /// Bytes that came through the connection.
    pub(crate) fn transferred(&self) -> usize {
        self.head.len() + self.raw_body.len()
    }

    /// The body.
    pub(crate) fn body(&self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        match self.length {
            Length::Bytes(_) => body.extend_from_slice(self.raw_body),
            Length::Chunked => {
                chunks(self.raw_body, |data| body.extend_from_slice(data))?;
            }
        }
        Ok(body)
    }

    /// The JSON in the body; another status than expected is an error.
    pub(crate) fn json(&self, status: u16) -> Result<serde_json::Value> {
        let body = self.body()?;
        ensure!(self.status == status, "an answer of {}: {}", self.status, String::from_utf8_lossy(&body));
        Ok(serde_json::from_slice(&body)?)
    }
}
