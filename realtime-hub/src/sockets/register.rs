//! `register`: who a socket is.

use domain::payload::{self, Wish};
use domain::{ClientId, Result};
use serde::Serialize;
use serde_json::Value;

use super::json::json;
use super::worker::{Answer, Worker};
use crate::hub::Shared;

/// An admitted client.
pub(super) struct Registration {
    pub(super) client: ClientId,
    /// A token that the client does not have yet.
    pub(super) token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Registered<'a> {
    ok: bool,
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity<'a> {
    client_id: &'a str,
    token: &'a str,
}

/// Lets the client in, or not.
pub(super) fn admit(hub: &Shared, wish: Wish) -> Result<Registration> {
    match wish.client {
        // v0.4 made an id up and told nobody; now the client gets it, with its token.
        None => hub.identities.issue().map(|(client, token)| Registration { client, token: Some(token) }),
        Some(client) => {
            let token = hub.identities.authorize(&client, wish.token.as_deref())?;
            Ok(Registration { client, token })
        }
    }
}

impl Worker {
    /// Order: ack, then v0.4's `room_list`.
    pub(super) async fn on_register(&mut self, from: Option<&Value>, ack: &super::Ack) -> Result<Answer> {
        let registration = admit(&self.hub, payload::registration(from)?)?;
        let client = registration.client.clone();
        self.become_client(&registration.client).await;
        let token = registration.token.as_deref();
        ack.one(&json(&Registered { ok: true, client_id: client.as_str(), token }));
        // The registration stands, whether the list can be read or not.
        match self.hub.store.rooms_of(&client).await {
            Ok(rooms) => self.socket.emit("room_list", json(&rooms).get()),
            Err(error) => self.complain(&error.into()),
        }
        Ok(Answer::Given)
    }

    /// The handshake's registration. A token that was renewed is told by an event, since there is no ack.
    pub(super) async fn registered_by_handshake(&mut self, registration: Registration) {
        self.become_client(&registration.client).await;
        if let Some(token) = registration.token {
            let identity = Identity { client_id: registration.client.as_str(), token: &token };
            self.socket.emit("identity", json(&identity).get());
        }
    }

    async fn become_client(&mut self, client: &ClientId) {
        if self.client.as_ref() == Some(client) {
            return;
        }
        // In the room it was somebody else.
        self.leave_room().await;
        if let Some(before) = self.client.replace(client.clone()) {
            self.hub.clients.remove(&before, &self.socket);
        }
        self.hub.clients.add(client, &self.socket);
    }
}
