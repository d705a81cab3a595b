//! The hub's HTTP side: connections, origins, its own routes, and the way to the edge.

mod accept;
mod engine;
mod health;
mod origin;
mod proxy;
mod refusal;
mod router;

pub(crate) use accept::{Peer, serve};
pub(crate) use engine::Guard;
pub(crate) use origin::Origins;
pub(crate) use proxy::Proxy;
pub(crate) use router::App;
