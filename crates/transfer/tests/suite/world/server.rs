//! A redis-server for one test, with a connection to it.

use redis::{Client, aio::MultiplexedConnection};
use testing::RedisServer;

/// The server, which keeps nothing, and a connection that is shared.
pub(crate) struct Redis {
    server: RedisServer,
    connection: MultiplexedConnection,
}

impl Redis {
    pub(crate) async fn start() -> Self {
        let server = RedisServer::start("enable-debug-command yes").await;
        let client = Client::open(server.url()).unwrap();
        let connection = client.get_multiplexed_async_connection().await.unwrap();
        Self { server, connection }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

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
