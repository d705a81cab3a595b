//! Ports, and the smallest of HTTP clients, for what is not measured.

use std::hash::{BuildHasher, RandomState};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A free address on loopback. Its port is none of those that outgoing connections get, or one of them could take it
/// before the program that it is for.
pub(crate) fn free_address() -> Result<SocketAddr> {
    for _ in 0..1000 {
        // The keys of a hash map are random; two benchmarks at once must not count through the same ports.
        let random = RandomState::new().hash_one(0);
        let port = 12_000 + u16::try_from(random % 19_000)?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    anyhow::bail!("no free port")
}

/// Whether something accepts connections there.
pub(crate) async fn accepts(address: SocketAddr) -> bool {
    TcpStream::connect(address).await.is_ok()
}

/// Whether a GET there answers 200.
pub(crate) async fn answers(address: SocketAddr, path: &str) -> bool {
    get(address, path).await.is_ok_and(|(status, _)| status == 200)
}

/// Status and body of a GET.
pub(crate) async fn get(address: SocketAddr, path: &str) -> Result<(u16, String)> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").context("an answer without a body")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("an answer without a status")?;
    Ok((status, body.to_owned()))
}
