//! The threads of the load.

use std::sync::Arc;

use anyhow::Result;
use tokio::runtime::{Builder, Handle};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

/// One single-threaded runtime per core: a connection stays on one thread, so that receiving costs no more than it must.
pub(crate) struct Generator {
    shards: Vec<Handle>,
}

impl Generator {
    pub(crate) fn new() -> Result<Self> {
        let count = std::thread::available_parallelism().map_or(2, usize::from).min(8);
        let start = |index| {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let handle = runtime.handle().clone();
            std::thread::Builder::new()
                .name(format!("load-{index}"))
                .spawn(move || runtime.block_on(std::future::pending::<()>()))?;
            Ok(handle)
        };
        Ok(Self { shards: (0..count).map(start).collect::<Result<_>>()? })
    }

    /// How many threads there are.
    pub(crate) fn shards(&self) -> usize {
        self.shards.len()
    }

    /// The thread of the n-th connection.
    pub(crate) fn shard(&self, n: usize) -> usize {
        n % self.shards.len()
    }

    /// Does something with each of `items`, the n-th on the thread of the n-th connection, `at_once` of them at a time.
    pub(crate) async fn each<I, T, F>(
        &self,
        items: Vec<I>,
        at_once: usize,
        task: impl Fn(usize, I) -> F,
    ) -> Result<Vec<T>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let turns = Arc::new(Semaphore::new(at_once));
        let start = |(n, item)| {
            let (turns, task) = (turns.clone(), task(n, item));
            self.spawn(n, async move {
                let _turn = turns.acquire().await;
                task.await
            })
        };
        let started: Vec<_> = items.into_iter().enumerate().map(start).collect();
        let mut done = Vec::with_capacity(started.len());
        for task in started {
            done.push(task.await??);
        }
        Ok(done)
    }

    /// Runs a task on the thread of the n-th connection.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        n: usize,
        task: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.shards[self.shard(n)].spawn(task)
    }
}
