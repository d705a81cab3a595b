//! Reading v0.4's Redis. Not a command here writes.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, FromRedisValue, RedisError, cmd};

use crate::Error;

/// The hash of all rooms.
const ROOMS: &str = "rooms";
/// How long the server has to accept a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How long it has to answer; a page of images is long.
const ANSWER: Duration = Duration::from_mins(1);
/// Fields or keys that a step of a scan is to look at.
const SCAN_COUNT: usize = 500;

/// A page is to hold about so many bytes.
const PAGE_BYTES: usize = 1024 * 1024;
/// Most messages in a page. v0.4 takes 5 MiB in a message, so that a page takes 160 MiB at the very worst.
const PAGE_MAX: u64 = 32;

/// The old store.
#[derive(Clone)]
pub struct Source {
    connection: MultiplexedConnection,
}

/// Names and values that a step of a scan found, and where the next one begins; 0 when there is none.
pub(crate) type Step<T> = (u64, Vec<T>);

impl Source {
    /// Connects to `redis://[user:password@]host[:port][/db]`, or `rediss://…`.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let config =
            AsyncConnectionConfig::new().set_connection_timeout(Some(CONNECT)).set_response_timeout(Some(ANSWER));
        let connection = Client::open(url)?.get_multiplexed_async_connection_with_config(&config).await?;
        Ok(Self { connection })
    }

    /// How many rooms there are.
    pub(crate) async fn rooms(&self) -> Result<u64, Error> {
        match self.ask(cmd("HLEN").arg(ROOMS)).await {
            Ok(0) => Err(Error::NoSource("there is no key `rooms`")),
            Err(error) if is_other_type(&error) => Err(Error::NoSource("its key `rooms` is no hash")),
            rooms => Ok(rooms?),
        }
    }

    /// Some of the rooms, as id and JSON. A room may come more than once, as HSCAN has it.
    pub(crate) async fn rooms_from(&self, cursor: u64) -> Result<Step<(Vec<u8>, Vec<u8>)>, Error> {
        Ok(self.ask(cmd("HSCAN").arg(ROOMS).arg(cursor).arg("COUNT").arg(SCAN_COUNT)).await?)
    }

    /// A room's JSON.
    pub(crate) async fn room(&self, id: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.ask(cmd("HGET").arg(ROOMS).arg(id)).await?)
    }

    /// Some of all keys.
    pub(crate) async fn keys_from(&self, cursor: u64) -> Result<Step<Vec<u8>>, Error> {
        Ok(self.ask(cmd("SCAN").arg(cursor).arg("COUNT").arg(SCAN_COUNT)).await?)
    }

    /// Some of a set's members; `None` when the key is no set.
    pub(crate) async fn members_from(&self, key: &[u8], cursor: u64) -> Result<Option<Step<Vec<u8>>>, Error> {
        unless_other_type(self.ask(cmd("SSCAN").arg(key).arg(cursor).arg("COUNT").arg(SCAN_COUNT)).await)
    }

    /// How many messages a list holds; `None` when the key is no list.
    pub(crate) async fn length(&self, list: &[u8]) -> Result<Option<u64>, Error> {
        unless_other_type(self.ask(cmd("LLEN").arg(list)).await)
    }

    /// The messages from `position` on, at most `count`, as they are stored.
    async fn range(&self, list: &[u8], position: u64, count: u64) -> Result<Vec<Vec<u8>>, Error> {
        Ok(self.ask(cmd("LRANGE").arg(list).arg(position).arg(position + count - 1)).await?)
    }

    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, RedisError> {
        // A clone shares the connection.
        command.query_async(&mut self.connection.clone()).await
    }
}

/// The key of a room's messages.
pub(crate) fn list_of(room: &str) -> Vec<u8> {
    format!("room:{room}:messages").into_bytes()
}

fn is_other_type(error: &RedisError) -> bool {
    error.code() == Some("WRONGTYPE")
}

fn unless_other_type<T>(result: Result<T, RedisError>) -> Result<Option<T>, Error> {
    match result {
        Err(error) if is_other_type(&error) => Ok(None),
        result => Ok(Some(result?)),
    }
}

/// A list of messages, read in pages whose length follows from what the last one weighed, so that memory is bounded whether
/// they are words or pictures.
pub(crate) struct Pages<'a> {
    source: &'a Source,
    list: Vec<u8>,
    position: u64,
    end: u64,
    count: u64,
}

impl<'a> Pages<'a> {
    /// The messages from `position` to `end`, which is not among them.
    pub(crate) fn new(source: &'a Source, list: Vec<u8>, position: u64, end: u64) -> Self {
        Self { source, list, position, end, count: 4 }
    }

    /// The next messages; none at the end, and when the list has become shorter.
    pub(crate) async fn next(&mut self) -> Result<Vec<Vec<u8>>, Error> {
        let count = self.count.min(self.end - self.position);
        if count == 0 {
            return Ok(Vec::new());
        }
        let page = self.source.range(&self.list, self.position, count).await?;
        let length = u64::try_from(page.len()).unwrap_or(u64::MAX);
        self.position += length;
        let each = page.iter().map(Vec::len).sum::<usize>() / page.len().max(1);
        let fit = u64::try_from(PAGE_BYTES / each.max(1)).unwrap_or(PAGE_MAX);
        self.count = fit.clamp(1, (self.count * 2).min(PAGE_MAX));
        Ok(page)
    }
}
