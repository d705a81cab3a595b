//! What a scenario gives: single figures, each of one round.

use serde::Serialize;

/// One figure of one system in one round.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Sample {
    /// What was done, such as `fan-out 1x1000`.
    pub(crate) scenario: String,
    /// What it was done to: `roomtalk`, `node`, `floor`, `native`, …
    pub(crate) system: String,
    /// What was measured, such as `deliveries`.
    pub(crate) metric: String,
    /// The unit of `value`: `1/s`, `ms`, `KiB`, …
    pub(crate) unit: &'static str,
    /// Counted from 1.
    pub(crate) round: usize,
    pub(crate) value: f64,
}
