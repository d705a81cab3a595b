//! Whether a store is fit for RoomTalk, and what to do about it when it is not.
//!
//! [`examine`] looks at a store over the REST protocol, exactly as components and hubs use it, and gives a [`Report`]: one
//! [`Finding`] for each check, with the mend under each failure. It writes only keys and a channel that begin with
//! `doctor:`; each key expires within ten minutes and is removed before the report is given.

mod checks;
mod checkup;
mod failure;
mod finding;
mod probe;
mod report;
mod steps;

use store::ReqwestTransport;
use upstash::InvalidConfig;

pub use finding::{Finding, Verdict};
pub use report::Report;

use probe::Probe;

/// The store to look at.
#[derive(Clone)]
pub struct Target {
    /// `http(s)://host[:port]`, without a path.
    pub url: String,
    /// Bearer token of `url`.
    pub token: String,
    /// What the report calls it; never with a password or a token.
    pub name: String,
}

/// Why no report can be given.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Address or token can't be used.
    #[error(transparent)]
    Target(#[from] InvalidConfig),
    /// There is no HTTP client on this machine, whatever the store is.
    #[error("can't make an HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// Looks at the store. A rustls crypto provider must be installed before.
///
/// No request takes longer than 25 s, and all together rarely more than a few seconds.
pub async fn examine(target: &Target) -> Result<Report, Error> {
    let probe = Probe::new(target, ReqwestTransport::new()?)?;
    Ok(Report { store: target.name.clone(), findings: checkup::run(&probe).await })
}
