//! `cargo xtask up`: build, then become `roomtalk up`.

use std::convert::Infallible;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};

use crate::build;
use crate::run::root;

/// Builds everything and replaces this process by `roomtalk up`, so that signals reach it directly.
pub(crate) fn up(flags: &[String]) -> Result<()> {
    build::everything()?;
    let program = root().join("target/release/roomtalk");
    let failure: Result<Infallible> = Err(Command::new(&program).arg("up").args(flags).exec().into());
    failure.with_context(|| format!("can't start {}", program.display()))?;
    Ok(())
}
