//! Whether the address leads to a store: name, port, TLS and protocol, each told apart.

use std::error::Error;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use upstash::Command;

use crate::failure::{Failure, PROTOCOL};
use crate::finding::Outcome;
use crate::probe::{DEADLINE, Probe};

/// How long a connection may take, as RoomTalk's transport has it.
const CONNECT: Duration = Duration::from_secs(3);
/// How much of an answer is looked at, in bytes.
const LOOK: usize = 4096;

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let addresses = match resolve(probe).await {
        Ok(addresses) => addresses,
        Err(outcome) => return Ok(outcome),
    };
    if let Err(outcome) = connect(&addresses).await {
        return Ok(outcome);
    }
    Ok(speak(probe).await)
}

/// The addresses of the store's name.
async fn resolve(probe: &Probe) -> Result<Vec<SocketAddr>, Outcome> {
    let host = probe.uri.host().unwrap_or_default();
    let is_tls = probe.uri.scheme_str() == Some("https");
    let port = probe.uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
    let name = host.trim_start_matches('[').trim_end_matches(']');
    let mend = "correct the name in --redis-url (at Upstash it is UPSTASH_REDIS_REST_URL under console.upstash.com → \
                database → REST API), or this machine's DNS";
    let found = match timeout(DEADLINE, lookup_host((name, port))).await {
        Err(_) => return Err(Outcome::fail(format!("DNS: no answer within 5 s for the name {name}"), mend)),
        Ok(Err(error)) => return Err(Outcome::fail(format!("DNS: the name {name} has no address ({error})"), mend)),
        Ok(Ok(found)) => found.collect::<Vec<_>>(),
    };
    if found.is_empty() { Err(Outcome::fail(format!("DNS: the name {name} has no address"), mend)) } else { Ok(found) }
}

/// Whether one of the addresses takes connections.
async fn connect(addresses: &[SocketAddr]) -> Result<(), Outcome> {
    let mut last = Outcome::fail("the name has no address", "correct --redis-url");
    for address in addresses {
        last = match timeout(CONNECT, TcpStream::connect(address)).await {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) if error.kind() == ErrorKind::ConnectionRefused => Outcome::fail(
                format!("connection refused: nobody listens at {address}"),
                "start the store (`roomtalk up`, or `redis-gateway` in front of a Redis server), or correct host and port \
                 in --redis-url",
            ),
            Ok(Err(error)) => Outcome::fail(
                format!("no connection to {address}: {error}"),
                "correct host and port in --redis-url, or the route to it",
            ),
            Err(_) => Outcome::fail(
                format!("no connection to {address} within 3 s"),
                "open the port in the firewall between here and the store, or correct --redis-url",
            ),
        };
    }
    Err(last)
}

/// Whether what listens there speaks TLS when it should, and the REST protocol.
async fn speak(probe: &Probe) -> Outcome {
    let started = Instant::now();
    let request = match reqwest::Request::try_from(probe.client.single(&Command::new("PING"))) {
        Ok(mut request) => {
            *request.timeout_mut() = Some(DEADLINE);
            request
        }
        Err(error) => return Outcome::fail(format!("the address can't be asked: {error}"), "correct --redis-url"),
    };
    match exchange(probe, request).await {
        Ok((status, headers, body)) => judge(status, &headers, &body, started.elapsed()),
        Err(error) => unanswered(probe, &error),
    }
}

async fn exchange(probe: &Probe, request: reqwest::Request) -> Result<(StatusCode, HeaderMap, Bytes), reqwest::Error> {
    let mut response = probe.transport.client().execute(request).await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while body.len() < LOOK {
        match response.chunk().await? {
            Some(chunk) => body.extend_from_slice(&chunk),
            None => break,
        }
    }
    Ok((status, headers, body.into()))
}

/// The connection stood a moment ago, so what fails now is TLS or HTTP.
fn unanswered(probe: &Probe, error: &reqwest::Error) -> Outcome {
    let why = innermost(error);
    let is_tls = probe.uri.scheme_str() == Some("https");
    if error.is_timeout() {
        return Outcome::fail(
            "connected, but there was no answer within 5 s",
            "look at the log of the store; an address with http:// for a port that speaks TLS stays silent, too",
        );
    }
    if is_tls && error.is_connect() {
        return Outcome::fail(
            format!("TLS: {why}"),
            "use the name that stands in the server's certificate, and one that a public authority has signed; when the \
             port speaks no TLS, write http:// in --redis-url",
        );
    }
    Outcome::fail(
        format!("connected, but that is no HTTP: {why}"),
        "give Redis's own port as redis://HOST:6379 (or rediss:// for TLS), and a port that speaks TLS as https://",
    )
}

fn innermost(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

/// The two kinds of answer that the protocol has.
#[derive(Deserialize)]
struct Protocol {
    result: Option<Box<RawValue>>,
    error: Option<String>,
}

fn judge(status: StatusCode, headers: &HeaderMap, body: &[u8], took: Duration) -> Outcome {
    let answer = serde_json::from_slice::<Protocol>(body).ok();
    let error = answer.as_ref().and_then(|answer| answer.error.as_deref());
    let result = answer.as_ref().and_then(|answer| answer.result.as_deref()).map(RawValue::get);
    match (status, error, result) {
        // A refusal, too: the token's check and those of the commands tell more.
        (StatusCode::OK, None, Some("\"UE9ORw==\"" | "\"PONG\""))
        | (StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED, Some(_), _) => {
            Outcome::ok(format!("reached; the first answer came after {} ms", took.as_millis()))
        }
        (StatusCode::FORBIDDEN, Some(text), _) if text.contains("--allowed-host") => Outcome::fail(
            "a gateway answers, which does not take requests by this name",
            "start redis-gateway with --allowed-host HOST (REDIS_ALLOWED_HOSTS), HOST as it stands in --redis-url",
        ),
        (StatusCode::SERVICE_UNAVAILABLE, Some(text), _) if text.starts_with("UNAVAILABLE") => Outcome::fail(
            format!("the gateway answers, its Redis server does not: {text}"),
            "start the Redis server, or correct its address, user and password in the gateway's --redis-url; for a certificate \
             of an authority of your own set SSL_CERT_FILE to that authority's",
        ),
        _ if status.is_redirection() => Outcome::fail(
            format!("answers HTTP {} and leads elsewhere", status.as_u16()),
            match headers.get(LOCATION).and_then(|location| location.to_str().ok()) {
                Some(location) => format!("give the address that it leads to as --redis-url: {}", origin(location)),
                None => "give the address of the store itself as --redis-url".to_owned(),
            },
        ),
        _ => {
            let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("no content type");
            Outcome::fail(
                format!("answers HTTP {} ({kind}), but not as an Upstash-style store does", status.as_u16()),
                format!("correct --redis-url: it must be the address of the store, not of a page; {PROTOCOL}"),
            )
        }
    }
}

/// An address without its path, where a token could stand.
fn origin(location: &str) -> &str {
    let host = location.find("://").map_or(0, |at| at + 3);
    location.get(host..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(location, |end| &location[..host + end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verdict;

    fn verdict(status: u16, body: &str) -> Outcome {
        judge(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes(), Duration::ZERO)
    }

    #[test]
    fn a_store_is_told_from_what_only_answers() {
        for (status, body) in [
            (200, r#"{"result":"UE9ORw=="}"#),
            (200, r#"{"result":"PONG"}"#),
            (401, r#"{"error":"WRONGPASS invalid"}"#),
            (400, r#"{"error":"NOPERM no"}"#),
        ] {
            assert_eq!(verdict(status, body).verdict, Verdict::Ok, "{status} {body}");
        }
        for (status, body) in [
            (200, "<html>"),
            (200, r#"{"result":"x"}"#),
            (200, "{}"),
            (401, "no"),
            (404, r#"{"error":"Not found","code":"not_found"}"#),
            (302, ""),
            (502, ""),
        ] {
            assert_eq!(verdict(status, body).verdict, Verdict::Fail, "{status} {body}");
        }
        let gone = verdict(503, r#"{"error":"UNAVAILABLE the Redis server can't be reached: x"}"#);
        assert!(gone.seen.contains("its Redis server does not"), "{gone:?}");
    }

    #[test]
    fn a_redirect_is_named_without_its_path() {
        assert_eq!(origin("https://a.example/path?token=x"), "https://a.example");
        assert_eq!(origin("https://a.example"), "https://a.example");
        assert_eq!(origin("/login?x"), "");
    }
}
