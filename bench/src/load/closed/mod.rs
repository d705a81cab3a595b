//! A closed loop: each of n connections sends its next request when it has the last answer.

mod answer;
mod connection;
mod figures;
mod request;
mod resp;

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use tokio::runtime;
use tokio::time::timeout;

pub(crate) use connection::Connection;
pub(crate) use figures::{Figures, Track};
pub(crate) use request::{Request, UNIQUE, unique};

/// No run takes longer than its duration and this.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a request is to be answered with; anything else ends the run with an error.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Expected {
    /// One HTTP answer of this status.
    Status(u16),
    /// So many Redis replies, none of them an error.
    Replies(usize),
}

/// One measurement.
#[derive(Clone)]
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) request: Arc<Request>,
    pub(crate) expected: Expected,
    pub(crate) concurrency: usize,
    pub(crate) duration: Duration,
    /// Most requests of one connection, for requests that leave much behind. Then none is left out as warming up.
    pub(crate) most: Option<usize>,
}

impl Load {
    /// Runs it on a thread of its own, which is all that the generator may use, so that its share of the machine is known.
    pub(crate) async fn run(self) -> Result<Figures> {
        let limit = self.duration + PATIENCE;
        on_own_thread(async move { timeout(limit, self.measure()).await.context("the answers don't come")? }).await
    }

    async fn measure(&self) -> Result<Figures> {
        let mut connections = Vec::new();
        for _ in 0..self.concurrency {
            connections.push(Connection::open(self.address).await?);
        }
        let warm_up = if self.most.is_none() { self.duration / 5 } else { Duration::ZERO };
        let clock = Clock::start(warm_up, self.duration)?;
        let tracks = try_join_all(connections.into_iter().map(|connection| self.repeat(connection, &clock))).await?;
        clock.figures(tracks)
    }

    /// One connection's requests.
    async fn repeat(&self, mut connection: Connection, clock: &Clock) -> Result<Track> {
        let mut bytes = self.request.bytes().to_vec();
        let mut track = Track::default();
        for _ in 0..self.most.unwrap_or(usize::MAX) {
            let sent = Instant::now();
            // A slow peer is asked at least once.
            if sent >= clock.end && !track.is_empty() {
                break;
            }
            self.request.make_unique(&mut bytes);
            match self.expected {
                Expected::Status(expected) => {
                    let answer = connection.exchange(&bytes).await?;
                    ensure!(answer.status == expected, "an answer of {} instead of {expected}", answer.status);
                }
                Expected::Replies(count) => connection.exchange_commands(&bytes, count).await?,
            }
            track.add(sent, clock.begin);
        }
        Ok(track)
    }
}

/// When a measurement begins and ends.
pub(crate) struct Clock {
    started: Instant,
    pub(crate) begin: Instant,
    pub(crate) end: Instant,
    cpu: Duration,
}

impl Clock {
    /// To be started and read on the generator's thread. After the warm-up what is new has become warm: connections,
    /// instances, caches.
    pub(crate) fn start(warm_up: Duration, duration: Duration) -> Result<Self> {
        let started = Instant::now();
        let begin = started + warm_up;
        Ok(Self { started, begin, end: begin + duration, cpu: cpu_time()? })
    }

    /// The figures of what was sent after the beginning.
    pub(crate) fn figures(&self, tracks: Vec<Track>) -> Result<Figures> {
        let cpu = cpu_time()?.saturating_sub(self.cpu);
        let own_cpu = cpu.as_secs_f64() / self.started.elapsed().as_secs_f64();
        Figures::of(tracks, own_cpu).context("no request was measured")
    }
}

/// Runs a generator on one thread.
pub(crate) async fn on_own_thread<T: Send + 'static>(
    generator: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    let run = move || runtime::Builder::new_current_thread().enable_all().build()?.block_on(generator);
    tokio::task::spawn_blocking(run).await?
}

/// CPU time of this thread.
fn cpu_time() -> Result<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").context("can't read the thread's CPU time")?;
    let nanoseconds = text.split(' ').next().and_then(|first| first.parse().ok()).context("no CPU time")?;
    Ok(Duration::from_nanos(nanoseconds))
}
