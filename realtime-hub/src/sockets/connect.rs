//! From a handshake to a working socket.

use std::net::IpAddr;

use domain::{Error, payload};
use serde_json::Value;
use socketio::{App, Config, Engine, Start};

use super::register;
use super::worker::Worker;
use crate::hub::Shared;

/// The Socket.IO engine, with v0.4's heartbeat. It serves nobody before [`serve`].
///
/// `max_waiting`: most bytes that may wait in memory for all sockets together. A frame from a client may have 256 KiB: the
/// longest message has 16 000 characters, and a client that writes JSON in ASCII needs 12 bytes for an emoji, so half of it
/// would refuse what the contract allows.
pub(crate) fn engine(max_waiting: u64) -> Engine {
    Engine::new(Config { max_waiting, ..Config::default() })
}

/// Serves the engine's sockets.
pub(crate) fn serve(hub: &Shared) {
    hub.engine.serve(Sockets(hub.clone()));
}

struct Sockets(Shared);

impl App for Sockets {
    /// Registers the socket by its handshake, and starts its worker. An error is code, colon, sentence.
    fn connect(&self, auth: Option<&str>, address: Option<IpAddr>) -> Result<Start, String> {
        let hub = self.0.clone();
        // What can't be read says nothing, like no `auth` at all.
        let auth: Option<Value> = auth.and_then(|auth| serde_json::from_str(auth).ok());
        let wish = auth.and_then(|auth| payload::handshake(&auth).transpose()).transpose();
        let registration = wish.and_then(|wish| wish.map(|wish| register::admit(&hub, wish)).transpose());
        let registration = registration.map_err(|error| refusal(&error))?;
        Ok(Box::new(move |socket, events| {
            let tasks = hub.tasks.clone();
            tasks.spawn(Worker::new(hub, socket, address).run(events, registration));
        }))
    }

    /// Names travel with messages; v0.4's client says its name here too, and its server never listened. The page asks it to
    /// find out whether a connection still works, and that must not wait behind a slow store.
    fn at_once(&self, event: &str) -> Option<&'static str> {
        event.starts_with(r#"["set_username""#).then_some(r#"{"ok":true}"#)
    }
}

fn refusal(error: &Error) -> String {
    let code = serde_json::to_value(error.code).ok();
    let code = code.as_ref().and_then(Value::as_str).unwrap_or("internal");
    format!("{code}: {}", error.message)
}
