//! Who acts.

use domain::{ClientId, Identities, Result};
use http::header;

use crate::Call;

/// The token of `Authorization: Bearer TOKEN`. Another scheme, or none, is no token.
fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Whether the sender of `call` may act as `client`; gives the token that replaces an old one.
pub(crate) fn authorize(call: &Call, identities: &Identities, client: &ClientId) -> Result<Option<String>> {
    identities.authorize(client, call.header(header::AUTHORIZATION).and_then(bearer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_bearer_scheme_carries_a_token() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc "), Some("abc"));
        for other in ["", "abc", "Basic abc", "Bearer", "Bearerabc"] {
            assert_eq!(bearer(other), None, "{other}");
        }
    }
}
