//! Secrets, a client's id and a token, each a line. An issued id acts with a token that one of the secrets made, and with
//! nothing else.
#![no_main]

use domain::{ClientId, Code, Identities};
use fuzz::place;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    let mut lines = text.splitn(3, '\n');
    let (secrets, id, token) = (lines.next(), lines.next(), lines.next());
    let (Some(secrets), Some(id), Some(token)) = (secrets, id, token) else { return Corpus::Reject };

    let Ok(identities) = Identities::new(secrets, true) else {
        assert!(secrets.split(',').any(|secret| secret.trim().is_empty()), "{secrets:?} can be used");
        return Corpus::Keep;
    };
    let closed = Identities::new(secrets, false).expect("the same secrets");
    let tokens = |client: &ClientId| -> Vec<String> {
        secrets.split(',').map(|secret| Identities::new(secret, true).expect("one secret").token(client)).collect()
    };

    let (client, own) = closed.issue().expect("a source of randomness");
    assert!(client.is_issued());
    assert_eq!(closed.authorize(&client, Some(&own)), Ok(None));
    assert!(closed.authorize(&client, Some(token)).is_err(), "nobody can know the token of a new id");

    let Ok(client) = ClientId::parse(id, "clientId") else { return Corpus::Keep };
    if !client.is_issued() {
        assert_eq!(identities.authorize(&client, Some(token)), Ok(None));
        assert_eq!(closed.authorize(&client, Some(token)).unwrap_err().code, Code::OpenIdsDisabled);
        return Corpus::Keep;
    }
    let made = tokens(&client);
    let newest = identities.token(&client);
    assert_eq!(made[0], newest);
    assert!(identities.authorize(&client, None).is_err());
    for old in &made {
        let renewed = (*old != newest).then(|| newest.clone());
        assert_eq!(identities.authorize(&client, Some(old)), Ok(renewed));
    }
    let mut tries =
        vec![token.to_owned(), String::new(), format!("{newest}="), format!("{newest}A"), format!(" {newest}")];
    let at = place(data, newest.len() - 1);
    // Each character of a token counts, the last one's spare bits as well.
    for other in ['A', 'B', 'g', 'Q', '-', '_', '0', '='] {
        let mut forged = newest.clone();
        forged.replace_range(at..=at, other.encode_utf8(&mut [0; 4]));
        tries.push(forged);
        tries.push(format!("{}{other}", &newest[..newest.len() - 1]));
    }
    tries.push(newest[..at].to_owned());
    for forged in tries.iter().filter(|forged| !made.contains(forged)) {
        let refusal = identities.authorize(&client, Some(forged)).map_err(|error| error.code);
        assert_eq!(refusal, Err(Code::Unauthorized), "{forged}");
    }
    Corpus::Keep
});
