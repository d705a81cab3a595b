//! `cargo xtask bench`: build, then measure.

use anyhow::{Result, bail};

use crate::run::command;
use crate::{build, prerequisites};

/// Builds everything and runs the benchmark, which gets the arguments. It prints a table, and writes bench/results/ and
/// the charts of docs/performance/.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    prerequisites::test_programs()?;
    build::everything()?;
    build::benchmark()?;
    let status = command("target/release/bench").args(arguments).status()?;
    if !status.success() {
        bail!("the benchmark failed ({status})");
    }
    Ok(())
}
