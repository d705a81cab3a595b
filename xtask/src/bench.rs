//! `cargo xtask bench`: build, then measure.

use anyhow::{Result, bail};

use crate::build;
use crate::run::command;

/// Builds everything and runs the benchmark; it prints a table and writes bench/results/.
pub(crate) fn bench() -> Result<()> {
    build::everything()?;
    let status = command("cargo run --locked --quiet --release --package bench").status()?;
    if !status.success() {
        bail!("the benchmark failed ({status})");
    }
    Ok(())
}
