//! RoomTalk's REST API: what all of its components share.
//!
//! [`answer`] opens a request (route, method, bounded body), runs a handler, and closes the answer (errors, CORS,
//! security headers). The handlers are plain async functions over a [`store::Store`], so that they run in a component and
//! in a native program alike. [`site`] serves the built page.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod answer;
mod body;
mod budget;
mod call;
pub mod clients;
mod cors;
mod failure;
mod identity;
pub mod images;
pub mod messages;
mod query;
mod reply;
pub mod rooms;
mod route;
mod settings;
pub mod site;
#[cfg(all(feature = "spin", target_arch = "wasm32"))]
pub mod spin;
pub mod status;

pub use answer::answer;
pub use budget::{Budget, Claim};
pub use call::Call;
pub use cors::Origins;
pub use failure::{Detail, Failure, Result};
pub use route::{Route, Verb};
pub use settings::{BUILT_IN_SECRET, identities, number, store_config, switch};

/// An answer, complete in memory.
pub type Response = http::Response<bytes::Bytes>;
