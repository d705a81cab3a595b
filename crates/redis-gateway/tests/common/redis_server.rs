//! A redis-server for one test.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A redis-server on a free port, with its files in a folder of its own. Ended when dropped.
pub(crate) struct RedisServer {
    pub(crate) port: u16,
    folder: tempfile::TempDir,
    child: Option<Child>,
}

impl RedisServer {
    pub(crate) async fn start() -> Self {
        let port = free_port().await;
        let mut server = Self { port, folder: tempfile::tempdir().unwrap(), child: None };
        server.launch().await;
        server
    }

    /// A server that is not there yet; its port answers nobody.
    pub(crate) async fn not_started() -> Self {
        Self { port: free_port().await, folder: tempfile::tempdir().unwrap(), child: None }
    }

    /// Starts it, on the same port and files as before, and waits until it answers.
    pub(crate) async fn launch(&mut self) {
        let child = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes"])
            .arg("--dir")
            .arg(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server must be installed");
        self.child = Some(child);
        let end = Instant::now() + Duration::from_secs(30);
        while self.say("PING\r\n").await.as_deref() != Some("+PONG\r\n") {
            assert!(Instant::now() < end, "redis-server does not answer");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// SIGKILL, and waits for the end.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Stops or continues the process: it keeps its connections and says nothing.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Sends an inline command on a connection of its own and gives the start of the answer.
    pub(crate) async fn say(&self, line: &str) -> Option<String> {
        let mut tcp = TcpStream::connect(("127.0.0.1", self.port)).await.ok()?;
        tcp.write_all(line.as_bytes()).await.ok()?;
        let mut buffer = [0; 4096];
        let length = tcp.read(&mut buffer).await.ok()?;
        Some(String::from_utf8_lossy(&buffer[..length]).into_owned())
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}
