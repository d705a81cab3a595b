//! `roomtalk doctor`: looks at a store and prints what was found.

use std::io::{Write, stdout};

use ::doctor::Target;
use anyhow::{Context, Result, bail};
use clap::Args;
use redis_gateway::StoreChoice;

use crate::reach::Behind;
use crate::store::without_password;
use crate::store_flags::{Named, StoreFlags};

/// Flags of `roomtalk doctor`. A Redis server is looked at through a gateway, as `roomtalk up` would start it.
#[derive(Debug, Clone, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    store: StoreFlags,

    /// Print one JSON object instead of lines.
    #[arg(long)]
    json: bool,
}

/// The exit code when flags or variables make no sense.
pub(crate) const WRONG_USAGE: u8 = 2;

/// Prints the report and gives the exit code. An error means that there is none, since the store was not named properly.
pub(crate) async fn doctor(options: &Doctor) -> Result<u8> {
    let (target, gateway) = match options.store.named()? {
        Named::Rest { url, token } => {
            (Target { name: without_password(url), url: url.to_owned(), token: token.to_owned() }, None)
        }
        Named::Redis(url) => {
            let behind = Behind::start(StoreChoice::Redis { url: url.to_owned() }).await;
            let Behind { url: rest, token, gateway } = behind.context("can't start a gateway for --redis-url")?;
            let name = format!("{}, through a gateway as `roomtalk up` starts it", without_password(url));
            (Target { url: rest, token, name }, Some(gateway))
        }
        Named::Embedded => bail!(
            "say which store: --redis-url URL (or REDIS_URL), and --redis-token TOKEN (or REDIS_TOKEN) for a REST endpoint"
        ),
    };
    let report = ::doctor::examine(&target).await.context("--redis-url or --redis-token can't be used")?;
    if let Some(gateway) = gateway {
        gateway.shutdown().await;
    }
    let text = if options.json { report.json()? + "\n" } else { report.to_string() };
    // Whoever closed the pipe has read enough; the exit code says the rest.
    let _ = stdout().write_all(text.as_bytes());
    Ok(report.exit_code())
}
