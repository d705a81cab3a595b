//! Spin component: tells how the deployment is and what its API is, and answers every path of the API that has no route.

#![cfg(target_arch = "wasm32")]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use rest::spin::{self, Answer, Request};
use rest::{Budget, Route};
use spin_sdk::http_service;

/// No route here reads a body.
static BUDGET: Budget = Budget::new(0);
/// The answer comes within 2 s, also when the store is silent.
const DEADLINE: Duration = Duration::from_millis(1500);

#[http_service]
async fn serve(request: Request) -> Answer {
    let status = async |call: rest::Call| match call.route {
        Route::Document => Ok(rest::status::document()),
        _ => rest::status::handle(&call, spin::store(DEADLINE).await?, spin::now()).await,
    };
    spin::answer(request, &BUDGET, status).await
}
