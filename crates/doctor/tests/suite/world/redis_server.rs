//! A redis-server for one test.

use std::fmt::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use redis_gateway::{Gateway, StoreChoice};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A redis-server on a free port, with its files in a folder of its own. Ended when dropped.
pub(crate) struct RedisServer {
    port: u16,
    child: Child,
    _folder: tempfile::TempDir,
}

impl RedisServer {
    /// With a configuration file of these lines; without any it keeps nothing.
    pub(crate) async fn start(lines: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let mut configuration = format!("port {port}\nbind 127.0.0.1\nsave \"\"\n");
        writeln!(configuration, "dir {}\n{lines}", folder.path().display()).unwrap();
        let file = folder.path().join("redis.conf");
        std::fs::write(&file, configuration).unwrap();
        let child = Command::new("redis-server")
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server must be installed");
        let server = Self { port, child, _folder: folder };
        let end = Instant::now() + Duration::from_secs(30);
        // Who must say who it is first is refused, and that is an answer.
        while !server.try_say(&["PING"]).await.is_some_and(|answer| answer.starts_with(['+', '-'])) {
            assert!(Instant::now() < end, "redis-server does not answer: {lines}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Its own address, for who speaks another protocol.
    pub(crate) fn http_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) async fn gateway(&self) -> Gateway {
        super::gateway(StoreChoice::Redis { url: self.url() }).await
    }

    /// A gateway that says who it is.
    pub(crate) async fn gateway_as(&self, user: &str, password: &str) -> Gateway {
        let url = format!("redis://{user}:{password}@127.0.0.1:{}", self.port);
        super::gateway(StoreChoice::Redis { url }).await
    }

    /// Sends inline commands on a connection of its own and demands `+OK` of each.
    pub(crate) async fn must(&self, lines: &[&str]) {
        let answer = self.try_say(lines).await.unwrap();
        assert_eq!(answer, "+OK\r\n".repeat(lines.len()), "{lines:?}");
    }

    async fn try_say(&self, lines: &[&str]) -> Option<String> {
        let mut tcp = TcpStream::connect(("127.0.0.1", self.port)).await.ok()?;
        let mut answer = Vec::new();
        for line in lines {
            tcp.write_all(format!("{line}\r\n").as_bytes()).await.ok()?;
            let length = answer.len();
            while answer.len() == length || !answer.ends_with(b"\r\n") {
                if tcp.read_buf(&mut answer).await.ok()? == 0 {
                    return None;
                }
            }
        }
        Some(String::from_utf8_lossy(&answer).into_owned())
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        // Already killed, perhaps.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
