//! A redis-server for one test.

use std::fmt::Write as _;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Port;

/// A redis-server on a port of its own, with its files in a folder of its own. Ended when dropped.
pub struct RedisServer {
    port: Port,
    folder: TempDir,
    child: Option<Child>,
}

impl RedisServer {
    /// With a configuration file of these lines; without any it keeps nothing.
    pub async fn start(lines: &str) -> Self {
        let mut server = Self::not_started(lines);
        server.launch().await;
        server
    }

    /// A server that is not there yet; its port answers nobody.
    pub fn not_started(lines: &str) -> Self {
        let port = Port::claim();
        let folder = tempfile::tempdir().unwrap();
        let mut configuration = format!("port {}\nbind 127.0.0.1\nsave \"\"\n", port.number());
        writeln!(configuration, "dir {}\n{lines}", folder.path().display()).unwrap();
        fs::write(folder.path().join("redis.conf"), configuration).unwrap();
        Self { port, folder, child: None }
    }

    /// Starts it, on the same port and files as before, and waits until it answers.
    pub async fn launch(&mut self) {
        let child = Command::new("redis-server")
            .arg(self.folder.path().join("redis.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server must be installed");
        self.child = Some(child);
        let end = Instant::now() + Duration::from_secs(30);
        while !self.answers().await {
            assert!(self.child.as_mut().unwrap().try_wait().unwrap().is_none(), "redis-server ended at once");
            assert!(Instant::now() < end, "redis-server does not answer");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Whether it is there and has loaded its log. Who must say who it is first is told so, which is an answer.
    async fn answers(&self) -> bool {
        self.try_say(&["PING"]).await.is_some_and(|said| said.starts_with("+PONG") || said.starts_with("-NO"))
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// `redis://…`
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port())
    }

    /// SIGKILL, and waits for the end.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Sends it a signal such as `-STOP`, with which it keeps its connections and says nothing, or `-CONT`.
    pub fn signal(&self, name: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// Sends an inline command on a connection of its own and gives the answer as it comes.
    pub async fn say(&self, line: &str) -> String {
        self.try_say(&[line]).await.unwrap()
    }

    /// Sends inline commands on a connection of their own and demands `+OK` of each.
    pub async fn must(&self, lines: &[&str]) {
        let said = self.try_say(lines).await.unwrap();
        assert_eq!(said, "+OK\r\n".repeat(lines.len()), "{lines:?}");
    }

    async fn try_say(&self, lines: &[&str]) -> Option<String> {
        let mut tcp = TcpStream::connect(("127.0.0.1", self.port())).await.ok()?;
        let mut said = String::new();
        for line in lines {
            tcp.write_all(format!("{line}\r\n").as_bytes()).await.ok()?;
            let mut answer = Vec::new();
            while !is_whole(&String::from_utf8_lossy(&answer)) {
                if tcp.read_buf(&mut answer).await.ok()? == 0 {
                    return None;
                }
            }
            said += &String::from_utf8_lossy(&answer);
        }
        Some(said)
    }
}

/// One line, or a bulk string with its length before it and a line end after it.
fn is_whole(answer: &str) -> bool {
    match answer.strip_prefix('$').and_then(|rest| rest.split_once("\r\n")) {
        Some((length, bulk)) => length.parse::<usize>().is_ok_and(|length| bulk.len() >= length + 2),
        None => answer.ends_with("\r\n"),
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}
