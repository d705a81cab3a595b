//! Spin component: issues identities.

#![cfg(target_arch = "wasm32")]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use rest::Budget;
use rest::spin::{self, Answer, Request};
use spin_sdk::http_service;

/// No route here reads a body.
static BUDGET: Budget = Budget::new(0);

#[http_service]
async fn serve(request: Request) -> Answer {
    spin::answer(request, &BUDGET, async |call| rest::clients::handle(&call, spin::identities().await?)).await
}
