//! The registered sockets of each client.

use std::collections::HashMap;
use std::sync::Mutex;

use domain::ClientId;
use socketio::Socket;

use crate::lock;

/// Sockets by client.
#[derive(Default)]
pub(crate) struct Clients(Mutex<HashMap<String, Vec<Socket>>>);

impl Clients {
    pub(super) fn add(&self, client: &ClientId, socket: &Socket) {
        lock(&self.0).entry(client.to_string()).or_default().push(socket.clone());
    }

    pub(super) fn remove(&self, client: &ClientId, socket: &Socket) {
        let mut clients = lock(&self.0);
        if let Some(sockets) = clients.get_mut(client.as_str()) {
            sockets.retain(|other| other.number() != socket.number());
            if sockets.is_empty() {
                clients.remove(client.as_str());
            }
        }
    }

    /// Does something with each socket of a client.
    pub(crate) fn each(&self, client: &str, mut act: impl FnMut(&Socket)) {
        let sockets = lock(&self.0).get(client).cloned().unwrap_or_default();
        sockets.iter().for_each(&mut act);
    }
}
