//! A real redis-server, and what it has counted.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::net::{accepts, free_address};
use super::process::Process;

/// Commands that say nothing of the work: the one that asks for the counts, and signs of life.
const NO_WORK: [&str; 4] = ["info", "ping", "hello", "client"];

/// A redis-server with an append-only file that reaches the disk each second.
pub(crate) async fn start() -> Result<(SocketAddr, Process)> {
    start_with("everysec").await
}

/// With another policy: `always`, `everysec` or `no`.
pub(crate) async fn start_with(appendfsync: &str) -> Result<(SocketAddr, Process)> {
    let address = free_address()?;
    let port = address.port().to_string();
    let fixed =
        ["--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--appendfsync", appendfsync, "--port", &port];
    let arguments = |_: &Path| fixed.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut process = Process::start("redis", Path::new("redis-server"), arguments, &[])?;
    process.ready(|| accepts(address)).await?;
    Ok((address, process))
}

/// How often each command was called so far, also from scripts.
pub(crate) async fn commands(address: SocketAddr) -> Result<Vec<(String, u64)>> {
    let mut stream = BufReader::new(TcpStream::connect(address).await?);
    stream.write_all(b"INFO commandstats\r\n").await?;
    let mut length = String::new();
    stream.read_line(&mut length).await?;
    let length = length.trim().strip_prefix('$').and_then(|length| length.parse().ok()).context("no bulk answer")?;
    let mut text = vec![0; length];
    stream.read_exact(&mut text).await?;
    Ok(String::from_utf8_lossy(&text).lines().filter_map(calls).collect())
}

/// Commands called so far, all kinds together.
pub(crate) async fn total(address: SocketAddr) -> Result<u64> {
    Ok(commands(address).await?.iter().map(|(_, calls)| calls).sum())
}

fn calls(line: &str) -> Option<(String, u64)> {
    let (name, rest) = line.strip_prefix("cmdstat_")?.split_once(':')?;
    let calls = rest.strip_prefix("calls=")?.split(',').next()?.parse().ok()?;
    (!NO_WORK.iter().any(|idle| name.starts_with(idle))).then(|| (name.to_owned(), calls))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_read_from_their_line_and_signs_of_life_left_out() {
        assert_eq!(calls("cmdstat_xadd:calls=12,usec=30,usec_per_call=2.5"), Some(("xadd".to_owned(), 12)));
        assert_eq!(calls("cmdstat_ping:calls=12,usec=30"), None);
        assert_eq!(calls("# Commandstats"), None);
    }
}
