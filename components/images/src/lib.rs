//! Spin component: takes and gives images.

#![cfg(target_arch = "wasm32")]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use rest::spin::{self, Answer, Request};
use rest::{Budget, Gate};
use spin_sdk::http_service;

/// Sixteen images of 5 MiB may be received at once.
static BUDGET: Budget = Budget::new(80 * 1024 * 1024);
/// On its way to the store or from it an image takes four or five times its size: one at a time, so that all fits in the
/// 128 MiB of an instance.
static GATE: Gate = Gate::new();
/// An upload is given five times as long by the store.
const DEADLINE: Duration = Duration::from_secs(5);

#[http_service]
async fn serve(request: Request) -> Answer {
    let images = async |call: rest::Call| {
        let _turn = spin::turn(&GATE).await?;
        let (store, identities) = (spin::store(DEADLINE).await?, spin::identities().await?);
        rest::images::handle(call, store, identities, spin::limits().await?, spin::now()).await
    };
    spin::answer(request, &BUDGET, images).await
}
