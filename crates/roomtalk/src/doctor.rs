//! `roomtalk doctor`: looks at a store and prints what was found.

use std::io::{Write, stdout};

use ::doctor::Target;
use anyhow::{Context, Result};
use clap::Args;

use crate::reach::{Endpoint, Missing, Place};

/// Flags of `roomtalk doctor`. A Redis server is looked at through a gateway, as `roomtalk up` would start it.
#[derive(Debug, Clone, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    place: Place,

    /// Print one JSON object instead of lines.
    #[arg(long)]
    json: bool,
}

/// The exit code when flags or variables make no sense.
pub(crate) const WRONG_USAGE: u8 = 2;

/// Prints the report and gives the exit code. An error means that there is none, since the store was not named properly.
pub(crate) async fn doctor(options: &Doctor) -> Result<u8> {
    let name = options.place.name()?;
    let Endpoint { url, token, gateway } = options.place.open(Missing::Refuse).await?;
    let target = Target { name, url, token };
    let report = ::doctor::examine(&target).await.context("--redis-url or --redis-token can't be used")?;
    if let Some(gateway) = gateway {
        gateway.shutdown().await;
    }
    let text = if options.json { report.json()? + "\n" } else { report.to_string() };
    // Whoever closed the pipe has read enough; the exit code says the rest.
    let _ = stdout().write_all(text.as_bytes());
    Ok(report.exit_code())
}
