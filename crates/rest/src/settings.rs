//! From the texts of the configuration to what the handlers need. What is wrong is answered as 503 `not_configured`.

use std::net::IpAddr;
use std::time::Duration;

use domain::{Code, Error, Identities, Result};
use http::Uri;
use store::StoreConfig;

/// The secret that a checkout starts with. Everybody can read it here, so it counts only beside a store on loopback.
pub const BUILT_IN_SECRET: &str = "roomtalk-development-secret";

/// The identities of the deployment: `secrets` are comma-separated, newest first.
pub fn identities(secrets: &str, open_ids: bool, redis_url: &str) -> Result<Identities> {
    if secrets.split(',').any(|secret| secret.trim() == BUILT_IN_SECRET) && !is_loopback(redis_url) {
        return Err(wrong(
            "client_token_secret",
            "is still the built-in one, which is for stores on this machine only",
        ));
    }
    Identities::new(secrets, open_ids)
}

/// Where the store is. An operation takes at most `deadline`.
pub fn store_config(url: &str, token: &str, history: u64, deadline: Duration) -> Result<StoreConfig> {
    if authority(url).is_none() {
        return Err(wrong("redis_url", "is not an http:// or https:// address"));
    }
    if token.is_empty() {
        return Err(wrong("redis_token", "is not set"));
    }
    Ok(StoreConfig { url: url.trim_end_matches('/').to_owned(), token: token.to_owned(), history, deadline })
}

/// `true` or `false`.
pub fn switch(name: &str, value: &str) -> Result<bool> {
    match value.trim() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(wrong(name, "must be true or false")),
    }
}

/// A number of at least 1.
pub fn number(name: &str, value: &str) -> Result<u64> {
    match value.trim().parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(wrong(name, "must be a number of at least 1")),
    }
}

pub(crate) fn wrong(name: &str, why: &str) -> Error {
    Error::new(Code::NotConfigured, format!("This deployment is not configured: {name} {why}"))
}

fn authority(url: &str) -> Option<Uri> {
    let uri: Uri = url.parse().ok()?;
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    (is_http && uri.host().is_some_and(|host| !host.is_empty())).then_some(uri)
}

fn is_loopback(url: &str) -> bool {
    let uri = authority(url);
    let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_secret_counts_only_beside_a_store_on_loopback() {
        for url in ["http://127.0.0.1:3013", "http://localhost:3013", "http://[::1]:3013", "http://127.9.9.9"] {
            assert!(identities(BUILT_IN_SECRET, true, url).is_ok(), "{url}");
        }
        for url in ["https://eu1.upstash.io", "http://127.0.0.1.example.com", "http://localhost.example", "", "x"] {
            let error = identities(BUILT_IN_SECRET, true, url).unwrap_err();
            assert_eq!(error.code, Code::NotConfigured, "{url}");
            assert!(identities("own", true, url).is_ok());
            assert!(identities(&format!("own, {BUILT_IN_SECRET}"), true, url).is_err());
        }
    }

    #[test]
    fn a_store_needs_an_address_and_a_token() {
        let second = Duration::from_secs(1);
        assert_eq!(store_config("https://x.example/", "t", 5, second).unwrap().url, "https://x.example");
        for (url, token) in [("", "t"), ("redis://127.0.0.1", "t"), ("x.example", "t"), ("https://x.example", "")] {
            let error = store_config(url, token, 5, second).err().unwrap();
            assert_eq!(error.code, Code::NotConfigured, "{url} {token}");
        }
    }

    #[test]
    fn a_setting_that_makes_no_sense_is_named() {
        assert!(switch("open_client_ids", " true").unwrap());
        assert!(!switch("open_client_ids", "false").unwrap());
        assert!(switch("open_client_ids", "yes").unwrap_err().message.contains("open_client_ids"));
        assert_eq!(number("history_limit", "10").unwrap(), 10);
        assert!(number("history_limit", "0").unwrap_err().message.contains("history_limit"));
    }
}
