//! Spin component: takes and gives images.

#![cfg(target_arch = "wasm32")]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use rest::Budget;
use rest::spin::{self, Answer, Request};
use spin_sdk::http_service;

/// Nine images of 5 MiB may be received or sent at once; others wait. The 128 MiB of an instance also hold what one of them
/// takes on its way, and memory that was given back is not always of use.
static BUDGET: Budget = Budget::new(48 * 1024 * 1024);
/// On its way to the store or from it an image takes four or five times its size: one at a time.
static TURNS: Budget = Budget::new(1);
/// An upload is given five times as long by the store.
const DEADLINE: Duration = Duration::from_secs(5);

#[http_service]
async fn serve(request: Request) -> Answer {
    let images = async |call: rest::Call| {
        let _turn = spin::turn(&TURNS).await?;
        let (store, identities) = (spin::store(DEADLINE).await?, spin::identities().await?);
        rest::images::handle(call, store, identities, spin::limits().await?, spin::now()).await
    };
    spin::answer(request, &BUDGET, images).await
}
