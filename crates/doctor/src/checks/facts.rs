//! What a store tells of itself.

use std::collections::BTreeMap;

use upstash::{Command, Reply};

use crate::failure::Failure;
use crate::probe::Probe;

/// A section of INFO; `None` when the store does not tell.
pub(super) async fn info(probe: &Probe, section: &str) -> Result<Option<BTreeMap<String, String>>, Failure> {
    let text = match probe.single(&Command::new("INFO").arg(section)).await {
        Ok(reply) => reply.text()?,
        Err(failure) => {
            failure.refusal()?;
            return Ok(None);
        }
    };
    let fields = text.lines().filter_map(|line| line.trim_end().split_once(':'));
    Ok(Some(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
}

/// A setting by CONFIG GET; `None` when the store has none of this name, or does not tell.
pub(super) async fn setting(probe: &Probe, name: &str) -> Result<Option<String>, Failure> {
    match probe.single(&Command::new("CONFIG").arg("GET").arg(name)).await {
        Ok(Reply::Array(pair)) => Ok(pair.into_iter().nth(1).map(Reply::text).transpose()?),
        Ok(_) => Ok(None),
        Err(failure) => failure.refusal().map(|_| None),
    }
}

/// Whether the store is a database at Upstash, by its name.
pub(super) fn is_upstash(probe: &Probe) -> bool {
    probe.uri.host().is_some_and(|host| host.ends_with(".upstash.io"))
}
