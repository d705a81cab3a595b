//! Who may act under which client id.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use crate::{ClientId, Code, Error, Result};

/// The identity authority of one deployment: it issues client ids and proves who owns them.
///
/// An issued id acts only with its token, base64url without padding of HMAC-SHA256(secret, id). An open id, one that its
/// client chose, needs none. Nothing is stored: tokens are checked by computing them again.
#[derive(Clone)]
pub struct Identities {
    /// Keyed with the newest secret: it makes every new token.
    newest: Hmac<Sha256>,
    /// Keyed with the secrets that are on their way out. Their tokens are still accepted.
    older: Vec<Hmac<Sha256>>,
    open_ids: bool,
}

impl Identities {
    /// `secrets`: one or more, comma-separated, newest first; space around each is dropped. `open_ids`: whether ids that
    /// were not issued may act.
    ///
    /// `not_configured` when one of them is empty.
    pub fn new(secrets: &str, open_ids: bool) -> Result<Self> {
        let mut keyed = secrets.split(',').map(|secret| match secret.trim() {
            "" => Err(Error::new(Code::NotConfigured, "The client token secret is empty")),
            secret => Hmac::<Sha256>::new_from_slice(secret.as_bytes())
                .map_err(|_| Error::new(Code::NotConfigured, "The client token secret can't be used")),
        });
        let newest =
            keyed.next().unwrap_or_else(|| Err(Error::new(Code::NotConfigured, "There is no client token secret")))?;
        Ok(Self { newest, older: keyed.collect::<Result<_>>()?, open_ids })
    }

    /// A new identity: an issued id and its token.
    pub fn issue(&self) -> Result<(ClientId, String)> {
        let client = ClientId::issue()?;
        let token = self.token(&client);
        Ok((client, token))
    }

    /// The token of `client`, made with the newest secret.
    pub fn token(&self, client: &ClientId) -> String {
        URL_SAFE_NO_PAD.encode(mac(&self.newest, client))
    }

    /// Whether the bearer of `token` may act as `client`. `Ok(Some(t))`: yes, and `t` replaces a token that was made with
    /// an older secret.
    ///
    /// Refusals: `unauthorized` for an issued id without its token, `open_ids_disabled` for an open id where those may not
    /// act. A token beside an open id proves nothing and is ignored.
    pub fn authorize(&self, client: &ClientId, token: Option<&str>) -> Result<Option<String>> {
        if !client.is_issued() {
            return if self.open_ids {
                Ok(None)
            } else {
                Err(Error::new(Code::OpenIdsDisabled, "Only client IDs issued by this server may act here"))
            };
        }
        let Some(token) = token else {
            return Err(Error::new(Code::Unauthorized, "This client ID needs its token"));
        };
        let refusal = || Error::new(Code::Unauthorized, "The token does not belong to this client ID");
        let given = URL_SAFE_NO_PAD.decode(token).map_err(|_| refusal())?;
        let is_newest = mac(&self.newest, client).ct_eq(&given);
        // Every secret is tried, whichever matches, so that the time taken tells nothing.
        let is_older =
            self.older.iter().fold(Choice::from(0), |found, secret| found | mac(secret, client).ct_eq(&given));
        match (bool::from(is_newest), bool::from(is_older)) {
            (true, _) => Ok(None),
            (false, true) => Ok(Some(self.token(client))),
            (false, false) => Err(refusal()),
        }
    }
}

fn mac(keyed: &Hmac<Sha256>, client: &ClientId) -> [u8; 32] {
    keyed.clone().chain_update(client.as_str()).finalize().into_bytes().into()
}

impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identities")
            .field("secrets", &(1 + self.older.len()))
            .field("open_ids", &self.open_ids)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
