//! A redis-server for one test.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A redis-server on a free port, in a folder of its own, that keeps nothing. Ended when dropped.
pub(crate) struct RedisServer {
    port: u16,
    child: Child,
    _folder: tempfile::TempDir,
}

impl RedisServer {
    pub(crate) async fn start(arguments: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"])
            .arg(folder.path())
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server must be installed");
        let server = Self { port, child, _folder: folder };
        let end = Instant::now() + Duration::from_secs(30);
        while server.try_say("PING").await.as_deref() != Some("+PONG\r\n") {
            assert!(Instant::now() < end, "redis-server does not answer");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends an inline command on a connection of its own and gives the answer as it comes.
    pub(crate) async fn say(&self, line: &str) -> String {
        self.try_say(line).await.unwrap()
    }

    async fn try_say(&self, line: &str) -> Option<String> {
        let mut tcp = TcpStream::connect(("127.0.0.1", self.port)).await.ok()?;
        tcp.write_all(format!("{line}\r\n").as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        loop {
            let read = tcp.read_buf(&mut answer).await.ok()?;
            // One line, or a bulk string with its length before it and a line end after it.
            let text = String::from_utf8_lossy(&answer);
            let whole = match text.strip_prefix('$').and_then(|rest| rest.split_once("\r\n")) {
                Some((length, bulk)) => bulk.len() >= length.parse::<usize>().ok()? + 2,
                None => text.ends_with("\r\n"),
            };
            if whole || read == 0 {
                return Some(text.into_owned());
            }
        }
    }

    /// How often each command was called, by clients and inside scripts; not the ones that this and the gateway need to
    /// look after themselves.
    pub(crate) async fn calls(&self) -> BTreeMap<String, u64> {
        let stats = self.say("INFO commandstats").await;
        let lines = stats.lines().filter_map(|line| line.strip_prefix("cmdstat_")?.split_once(":calls="));
        lines
            .filter(|(name, _)| !["info", "ping", "hello", "select"].contains(name) && !name.starts_with("client"))
            .map(|(name, rest)| (name.to_owned(), rest.split(',').next().unwrap().parse().unwrap()))
            .collect()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        // Already killed, perhaps.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
