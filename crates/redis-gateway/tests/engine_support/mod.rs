//! What the engine's tests share.
#![allow(dead_code, unreachable_pub, reason = "each test uses its part")]

pub mod compare;
pub mod generate;
pub mod redis;
pub mod templates;

use bytes::Bytes;
use redis_gateway::{
    Backend, Reply,
    engine::{Engine, EngineConfig, Fsync},
};

/// Changes several keys, some of them at random.
pub const SCRIPT: &str = "local n = redis.call('INCR', KEYS[1])
redis.call('HSET', KEYS[2], 'n', n)
redis.call('SPOP', KEYS[3])
redis.call('SADD', KEYS[3], n, 'x' .. n)
return n";

/// A command from its words.
pub fn words(text: &str) -> Vec<Bytes> {
    text.split_whitespace().map(|word| Bytes::copy_from_slice(word.as_bytes())).collect()
}

/// A command from its arguments.
pub fn command<A: AsRef<[u8]>>(arguments: &[A]) -> Vec<Bytes> {
    arguments.iter().map(|argument| Bytes::copy_from_slice(argument.as_ref())).collect()
}

/// An engine that keeps nothing.
pub fn in_memory() -> Engine {
    Engine::open(EngineConfig { dir: None, fsync: Fsync::No }).unwrap()
}

/// Something that runs one command after the other.
pub trait Runner {
    /// Runs these, not atomically.
    fn run(&mut self, commands: &[Vec<Bytes>]) -> Vec<Reply>;
    /// Runs these as one; `None` when they are discarded.
    fn transaction(&mut self, commands: &[Vec<Bytes>]) -> Option<Vec<Reply>>;

    /// Runs one.
    fn one(&mut self, text: &str) -> Reply {
        self.run(&[words(text)]).remove(0)
    }
}

/// An engine, called from a test that is not async.
pub struct Embedded {
    pub engine: Engine,
    pub runtime: tokio::runtime::Runtime,
}

impl Embedded {
    pub fn new(engine: Engine) -> Self {
        Self { engine, runtime: tokio::runtime::Builder::new_current_thread().build().unwrap() }
    }

    /// One that logs to a directory.
    pub fn open(dir: &std::path::Path, fsync: Fsync) -> Self {
        Self::new(Engine::open(EngineConfig { dir: Some(dir.to_owned()), fsync }).unwrap())
    }

    pub fn close(self) {
        self.runtime.block_on(self.engine.close()).unwrap();
    }
}

impl Runner for Embedded {
    fn run(&mut self, commands: &[Vec<Bytes>]) -> Vec<Reply> {
        self.runtime.block_on(self.engine.pipeline(commands.to_vec()))
    }

    fn transaction(&mut self, commands: &[Vec<Bytes>]) -> Option<Vec<Reply>> {
        self.runtime.block_on(self.engine.transaction(commands.to_vec())).ok()
    }
}
