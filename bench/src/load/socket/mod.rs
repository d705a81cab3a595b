//! Sockets by the thousand: a raw WebSocket client that speaks as little Engine.IO and Socket.IO as it must, an open loop
//! of senders, and the members who check and time what comes.

mod board;
mod client;
mod crowd;
mod frame;
mod generator;
mod pacer;
mod pen;
mod stamp;
mod step;

pub(crate) use self::client::{Client, Dialect};
pub(crate) use self::crowd::{Crowd, Size};
pub(crate) use self::generator::Generator;
pub(crate) use self::step::Step;
