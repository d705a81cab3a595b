//! What REST costs: posting, reading, polling, images; over the same store natively; at the first load of the page.

pub(super) mod first_load;
pub(super) mod framework;
pub(super) mod image;
pub(super) mod page;
pub(super) mod poll;
pub(super) mod post;
pub(super) mod seed;
mod world;

use std::time::Duration;

use crate::context::Context;

/// Connections that send at once.
const CONCURRENCY: [usize; 3] = [1, 16, 64];

/// How long one measurement takes.
fn duration(context: &Context) -> Duration {
    context.size(Duration::from_secs(1), Duration::from_millis(30))
}
