//! The registered sockets of each client.

use std::collections::HashMap;
use std::sync::Mutex;

use domain::ClientId;

use super::wire::Wire;
use crate::lock;

/// Sockets by client.
#[derive(Default)]
pub(crate) struct Clients(Mutex<HashMap<String, Vec<Wire>>>);

impl Clients {
    pub(super) fn add(&self, client: &ClientId, wire: &Wire) {
        lock(&self.0).entry(client.to_string()).or_default().push(wire.clone());
    }

    pub(super) fn remove(&self, client: &ClientId, wire: &Wire) {
        let mut clients = lock(&self.0);
        if let Some(wires) = clients.get_mut(client.as_str()) {
            wires.retain(|other| other.id() != wire.id());
            if wires.is_empty() {
                clients.remove(client.as_str());
            }
        }
    }

    /// Does something with each socket of a client.
    pub(crate) fn each(&self, client: &str, mut act: impl FnMut(&Wire)) {
        let wires = lock(&self.0).get(client).cloned().unwrap_or_default();
        wires.iter().for_each(&mut act);
    }
}
