//! Spin component: serves the built page.

#![cfg(target_arch = "wasm32")]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::Path;

use rest::spin::{self, Answer, Request};
use spin_sdk::http_service;

/// Where the manifest mounts the built page.
const ROOT: &str = "/";

#[http_service]
async fn serve(request: Request) -> Answer {
    // Without the variable the answer says what is missing.
    let hub_url = spin::hub_url().await.unwrap_or_default();
    match spin::traces().await {
        Ok(traces) => spin::log(rest::site::answer(&request, Path::new(ROOT), hub_url, traces)),
        Err(error) => spin::log(rest::Failure::from(error).into_response()),
    }
}
