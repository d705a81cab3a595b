//! Spin component: creates, lists and reads rooms.

#![cfg(target_arch = "wasm32")]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use rest::Budget;
use rest::spin::{self, Answer, Request};
use spin_sdk::http_service;

/// Every body here is small.
static BUDGET: Budget = Budget::new(0);
const DEADLINE: Duration = Duration::from_secs(5);

#[http_service]
async fn serve(request: Request) -> Answer {
    let rooms = async |call| {
        let (store, identities) = (spin::store(DEADLINE).await?, spin::identities().await?);
        rest::rooms::handle(call, store, identities, spin::limits().await?, spin::now()).await
    };
    spin::answer(request, &BUDGET, rooms).await
}
