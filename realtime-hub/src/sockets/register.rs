//! `register`: who a socket is.

use domain::{ClientId, Error, Result};
use serde::Serialize;
use serde_json::Value;

use super::wire::json;
use super::worker::{Answer, Worker};
use crate::hub::Shared;

/// What a client says that it is. Without an id it wants a new one.
pub(super) struct Wish {
    client: Option<ClientId>,
    token: Option<String>,
}

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

/// Reads `{clientId, token}`; `None` when there is no `clientId` in it.
pub(super) fn wish(auth: &Value) -> Result<Option<Wish>> {
    let text = |name: &'static str| match auth.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(Error::invalid(name, "must be a string")),
    };
    let Some(id) = text("clientId")?.filter(|id| !id.is_empty()) else { return Ok(None) };
    Ok(Some(Wish { client: Some(ClientId::parse(id, "clientId")?), token: text("token")?.map(str::to_owned) }))
}

/// Reads the argument of `register`: an id, `{clientId, token}`, or nothing.
fn argument(argument: Option<&Value>) -> Result<Wish> {
    let nobody = Wish { client: None, token: None };
    match argument {
        None | Some(Value::Null) => Ok(nobody),
        Some(Value::String(id)) if id.is_empty() => Ok(nobody),
        Some(Value::String(id)) => Ok(Wish { client: Some(ClientId::parse(id, "clientId")?), token: None }),
        Some(object @ Value::Object(_)) => Ok(wish(object)?.unwrap_or(nobody)),
        Some(_) => Err(Error::invalid("clientId", "must be a string")),
    }
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
        let registration = admit(&self.hub, argument(from)?)?;
        let client = registration.client.clone();
        self.become_client(&registration.client).await;
        let token = registration.token.as_deref();
        ack.one(&json(&Registered { ok: true, client_id: client.as_str(), token }));
        // The registration stands, whether the list can be read or not.
        match self.hub.store.rooms_of(&client).await {
            Ok(rooms) => self.wire.emit("room_list", &json(&rooms)),
            Err(error) => self.complain(&error.into()),
        }
        Ok(Answer::Given)
    }

    /// The handshake's registration. A token that was renewed is told by an event, since there is no ack.
    pub(super) async fn registered_by_handshake(&mut self, registration: Registration) {
        self.become_client(&registration.client).await;
        if let Some(token) = registration.token {
            let identity = Identity { client_id: registration.client.as_str(), token: &token };
            self.wire.emit("identity", &json(&identity));
        }
    }

    async fn become_client(&mut self, client: &ClientId) {
        if self.client.as_ref() == Some(client) {
            return;
        }
        // In the room it was somebody else.
        self.leave_room().await;
        if let Some(before) = self.client.replace(client.clone()) {
            self.hub.clients.remove(&before, &self.wire);
        }
        self.hub.clients.add(client, &self.wire);
    }
}

#[cfg(test)]
mod tests {
    use domain::Code;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_client_is_named_by_a_string_or_in_an_object() {
        let id = |value: &Value| argument(Some(value)).ok().and_then(|wish| wish.client).map(|c| c.to_string());
        assert_eq!(id(&json!("me")).as_deref(), Some("me"));
        assert_eq!(id(&json!({"clientId": "me", "token": "t"})).as_deref(), Some("me"));
        for nobody in [json!(""), json!(null), json!({}), json!({"clientId": null})] {
            assert!(argument(Some(&nobody)).unwrap().client.is_none(), "{nobody}");
        }
        assert!(argument(None).unwrap().client.is_none());
    }

    #[test]
    fn anything_else_is_refused() {
        for value in [json!(1), json!([]), json!({"clientId": 1}), json!({"clientId": "a b"}), json!("a b")] {
            assert_eq!(argument(Some(&value)).err().unwrap().code, Code::InvalidField, "{value}");
        }
        assert!(argument(Some(&json!({"clientId": "a", "token": 1}))).is_err());
    }
}
