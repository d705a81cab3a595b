//! A redis-server for one test.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use redis::{Client, aio::MultiplexedConnection};
use tokio::net::TcpListener;

/// A redis-server on a free port, in a folder of its own, that keeps nothing. Ended when dropped.
pub(crate) struct RedisServer {
    port: u16,
    child: Child,
    connection: MultiplexedConnection,
    _folder: tempfile::TempDir,
}

impl RedisServer {
    pub(crate) async fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--enable-debug-command", "yes"])
            .arg("--dir")
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server must be installed");
        let client = Client::open(format!("redis://127.0.0.1:{port}")).unwrap();
        let end = Instant::now() + Duration::from_secs(30);
        let connection = loop {
            match client.get_multiplexed_async_connection().await {
                Ok(connection) => break connection,
                Err(error) if Instant::now() > end => {
                    child.kill().unwrap();
                    panic!("redis-server does not answer: {error}");
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        };
        Self { port, child, connection, _folder: folder }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// A connection that is shared.
    pub(crate) fn connection(&self) -> MultiplexedConnection {
        self.connection.clone()
    }

    /// A command whose answer is a text or a number.
    pub(crate) async fn ask(&self, words: &[&str]) -> String {
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]);
        command.query_async(&mut self.connection()).await.unwrap()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        // Ended already, perhaps.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
