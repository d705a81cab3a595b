use proptest::prelude::*;

use super::Identities;
use crate::{ClientId, Code};

fn refusal(identities: &Identities, client: &ClientId, token: Option<&str>) -> Code {
    identities.authorize(client, token).unwrap_err().code
}

#[test]
fn an_issued_id_acts_only_with_its_token() {
    let identities = Identities::new("secret", true).unwrap();
    let (client, token) = identities.issue().unwrap();
    let (other, others_token) = identities.issue().unwrap();
    assert_ne!(client, other);
    assert_eq!(identities.authorize(&client, Some(&token)), Ok(None));
    assert_eq!(refusal(&identities, &client, None), Code::Unauthorized);
    assert_eq!(refusal(&identities, &client, Some("")), Code::Unauthorized);
    assert_eq!(refusal(&identities, &client, Some(&others_token)), Code::Unauthorized);
    assert_eq!(refusal(&identities, &client, Some(&format!("{token}="))), Code::Unauthorized);
    assert_eq!(refusal(&identities, &client, Some("no base64!")), Code::Unauthorized);
}

#[test]
fn a_token_is_the_documented_hmac() {
    // openssl dgst -sha256 -hmac secret -binary | basenc --base64url
    let client = ClientId::parse("0189dcd5-5311-8d40-8db0-9496a2eef37b", "clientId").unwrap();
    let token = Identities::new("secret", true).unwrap().token(&client);
    assert_eq!(token, "fHC_qOtnYtH1giG_XzehtyQBgMkiiBRH-TO5X42lLTk");
}

#[test]
fn a_token_made_with_an_older_secret_is_accepted_and_replaced() {
    let before = Identities::new("old", true).unwrap();
    let (client, old_token) = before.issue().unwrap();
    let after = Identities::new("new, older ,old", true).unwrap();
    let new_token = after.authorize(&client, Some(&old_token)).unwrap().expect("a new token");
    assert_eq!(new_token, Identities::new("new", true).unwrap().token(&client));
    assert_eq!(after.authorize(&client, Some(&new_token)), Ok(None));
    let over = Identities::new("new", true).unwrap();
    assert_eq!(refusal(&over, &client, Some(&old_token)), Code::Unauthorized);
}

#[test]
fn open_ids_act_without_a_token_where_they_are_allowed() {
    let bot = ClientId::parse("my-bot", "clientId").unwrap();
    let open = Identities::new("secret", true).unwrap();
    assert_eq!(open.authorize(&bot, None), Ok(None));
    assert_eq!(open.authorize(&bot, Some("anything")), Ok(None));
    let closed = Identities::new("secret", false).unwrap();
    assert_eq!(refusal(&closed, &bot, None), Code::OpenIdsDisabled);
    assert_eq!(refusal(&closed, &bot, Some(&closed.token(&bot))), Code::OpenIdsDisabled);
    let (client, token) = closed.issue().unwrap();
    assert_eq!(closed.authorize(&client, Some(&token)), Ok(None));
}

#[test]
fn empty_secrets_are_refused() {
    for secrets in ["", " ", ",", "a,", ",a", "a, ,b"] {
        assert_eq!(Identities::new(secrets, true).unwrap_err().code, Code::NotConfigured, "{secrets:?}");
    }
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    let shown = format!("{:?}", Identities::new("hunter2,hunter1", true).unwrap());
    assert_eq!(shown, "Identities { secrets: 2, open_ids: true, .. }");
}

proptest! {
    #[test]
    fn a_token_verifies_only_itself(flip in 0usize..43, other in "[A-Za-z0-9_-]") {
        let identities = Identities::new("secret", true).unwrap();
        let (client, token) = identities.issue().unwrap();
        let mut changed = token.clone();
        changed.replace_range(flip..=flip, &other);
        prop_assert_eq!(identities.authorize(&client, Some(&changed)).is_ok(), changed == token);
    }

    #[test]
    fn a_token_of_another_secret_is_refused(secret in "[^,\\s]{1,40}") {
        prop_assume!(secret != "secret");
        let (client, token) = Identities::new(&secret, true).unwrap().issue().unwrap();
        prop_assert_eq!(refusal(&Identities::new("secret", true).unwrap(), &client, Some(&token)), Code::Unauthorized);
    }

    #[test]
    fn no_token_makes_the_check_panic(token in any::<String>()) {
        let identities = Identities::new("secret", true).unwrap();
        let (client, _) = identities.issue().unwrap();
        prop_assert!(identities.authorize(&client, Some(&token)).is_err());
    }
}
