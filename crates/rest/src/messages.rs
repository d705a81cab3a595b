//! Messages.

mod page;
mod send;

use domain::{Identities, RateLimits};
use store::{Store, Transport};

use crate::{Call, Response, Result, Verb};

pub use page::Asked;

/// Answers the route of a room's messages. `now`: Unix time in ms. `limits` are on what is sent.
pub async fn handle<T: Transport>(
    call: Call,
    store: &Store<T>,
    identities: &Identities,
    limits: RateLimits,
    now: u64,
) -> Result<Response> {
    match call.verb {
        Verb::Get => page::read(&call, store).await,
        Verb::Post => send::send(&call, store, identities, limits, now).await,
    }
}
