//! What an operation is counted against.
//!
//! The buckets lie in the store, so that all instances of all edges count together. They are read and written inside the
//! operation's own script: a limit costs no round trip. Their keys lie in no room's slot, so a Redis Cluster needs the
//! limits off.

use std::net::IpAddr;
use std::time::Duration;

use domain::{ClientId, Rate, RateLimits};

use crate::keys;

/// The limits, and the address of who asks.
#[derive(Debug, Clone, Copy)]
pub struct Quota {
    /// The deployment's limits.
    pub limits: RateLimits,
    /// `None`: not known, and only the client is counted.
    pub address: Option<IpAddr>,
}

impl Quota {
    /// No limits.
    pub const NONE: Self = Self { limits: RateLimits::OFF, address: None };

    pub(crate) fn on_message(&self, client: &ClientId) -> impl Iterator<Item = (String, Rate)> {
        let by_client = self.limits.messages.map(|rate| (keys::client_bucket("messages", client), rate));
        by_client.into_iter().chain(self.by_address("messages", self.limits.messages))
    }

    pub(crate) fn on_room(&self) -> Option<(String, Rate)> {
        self.by_address("rooms", self.limits.rooms)
    }

    /// One key for all buckets, and what is taken from each.
    pub(crate) fn on_upload(&self, bytes: u64) -> Option<(String, Vec<(Rate, u64)>)> {
        let buckets: Vec<_> = [(self.limits.uploads, 1), (self.limits.upload_bytes, bytes)]
            .into_iter()
            .filter_map(|(rate, amount)| Some((rate?, amount)))
            .collect();
        let address = self.address.filter(|_| !buckets.is_empty())?;
        Some((keys::address_bucket("uploads", address), buckets))
    }

    fn by_address(&self, what: &str, rate: Option<Rate>) -> Option<(String, Rate)> {
        Some((keys::address_bucket(what, self.address?), rate?))
    }
}

/// The refusal that a script answers with the µs to wait.
pub(crate) fn limited(what: &str, wait: &str) -> Option<domain::Error> {
    let wait = Duration::from_micros(wait.parse().ok()?);
    Some(domain::Error::rate_limited(what, wait))
}
