//! A closed loop: each of n workers sends its next request when it has the last answer.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures_util::future::try_join_all;
use serde::Serialize;

/// One measurement.
pub(crate) struct Load<'a> {
    pub(crate) request: &'a reqwest::RequestBuilder,
    pub(crate) concurrency: usize,
    pub(crate) duration: Duration,
}

/// What was measured.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Figures {
    /// Answers a second.
    pub(crate) rate: f64,
    /// Milliseconds.
    pub(crate) p50: f64,
    /// Milliseconds.
    pub(crate) p99: f64,
}

impl Load<'_> {
    /// Runs it; an answer of 400 or above ends the run with an error.
    pub(crate) async fn run(&self) -> Result<Figures> {
        let start = Instant::now();
        let workers = (0..self.concurrency).map(|_| self.worker(start));
        let mut latencies: Vec<Duration> = try_join_all(workers).await?.into_iter().flatten().collect();
        let elapsed = start.elapsed();
        latencies.sort_unstable();
        let percentile = |p: usize| {
            let index = (latencies.len() * p / 100).min(latencies.len().saturating_sub(1));
            latencies.get(index).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1e3)
        };
        #[expect(clippy::cast_precision_loss, reason = "counts of requests are far below 2^52")]
        let rate = latencies.len() as f64 / elapsed.as_secs_f64();
        Ok(Figures { rate, p50: percentile(50), p99: percentile(99) })
    }

    async fn worker(&self, start: Instant) -> Result<Vec<Duration>> {
        let mut latencies = Vec::new();
        while start.elapsed() < self.duration {
            let sent = Instant::now();
            let request = self.request.try_clone().context("a request with a streamed body can't be repeated")?;
            let response = request.send().await?;
            let status = response.status();
            response.bytes().await?;
            if status.as_u16() >= 400 {
                bail!("an answer of {status} ended the measurement");
            }
            latencies.push(sent.elapsed());
        }
        Ok(latencies)
    }
}

impl Figures {
    /// The run with the median rate.
    pub(crate) fn median(runs: &mut [Self]) -> Self {
        runs.sort_unstable_by(|a, b| a.rate.total_cmp(&b.rate));
        runs[runs.len() / 2]
    }
}
