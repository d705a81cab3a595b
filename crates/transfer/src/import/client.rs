//! Old client ids.

use std::fmt::Write;

use domain::ClientId;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The client id in a field. v0.4's page makes UUIDs, which stay as they are; its server took anything that is not empty. What
/// is no id here becomes one that is made from it, the same everywhere, so that one sender stays one sender.
pub(crate) fn client(value: Option<&Value>, field: &'static str, changes: &mut Vec<String>) -> ClientId {
    let text = match value {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    ClientId::parse(&text, field).unwrap_or_else(|_| {
        changes.push(format!("{field} is no id here; one was made from it"));
        made(&text)
    })
}

/// `v04-` and half of the SHA-256 in hex.
fn made(text: &str) -> ClientId {
    let made = Sha256::digest(text).iter().take(16).fold("v04-".to_owned(), |mut id, byte| {
        // Writing to a String can't fail.
        let _ = write!(id, "{byte:02x}");
        id
    });
    let Ok(id) = ClientId::parse(&made, "clientId") else { unreachable!("letters, digits and - are an id") };
    id
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_an_id_stays() {
        let mut changes = Vec::new();
        for id in ["8f14e45f-ceea-467f-a0e6-1f1e3c0b5a11", "bot_1"] {
            assert_eq!(client(Some(&json!(id)), "clientId", &mut changes).as_str(), id);
        }
        assert!(changes.is_empty());
    }

    #[test]
    fn one_sender_stays_one_sender() {
        let mut changes = Vec::new();
        let mut id = |value: Value| client(Some(&value), "clientId", &mut changes);
        let spaced = id(json!("build bot"));
        assert_eq!(spaced, id(json!("build bot")));
        assert_ne!(spaced, id(json!("other bot")));
        assert_ne!(spaced, id(json!({"a": 1})));
        assert!(spaced.as_str().starts_with("v04-"));
        assert_eq!(changes.len(), 4);
    }
}
