//! Spin component: reads and sends the messages of a room.

#![cfg(target_arch = "wasm32")]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use rest::Budget;
use rest::spin::{self, Answer, Request};
use spin_sdk::http_service;

/// Some messages with inline images may be received at once, in the 128 MiB of an instance; others wait. What one of them
/// takes on its way to the store comes on top, and memory that was given back is not always of use.
static BUDGET: Budget = Budget::new(32 * 1024 * 1024);
/// Such a message is decoded and encoded again: one at a time.
static TURNS: Budget = Budget::new(1);
const DEADLINE: Duration = Duration::from_secs(5);

#[http_service]
async fn serve(request: Request) -> Answer {
    let messages = async |call: rest::Call| {
        let _turn = if call.is_large() { Some(spin::turn(&TURNS).await?) } else { None };
        let (store, identities) = (spin::store(DEADLINE).await?, spin::identities().await?);
        rest::messages::handle(call, store, identities, spin::limits().await?, spin::now()).await
    };
    spin::answer(request, &BUDGET, messages).await
}
