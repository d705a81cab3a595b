//! Requests and answers on the wire.

use bytes::Bytes;
use http::Response;
use upstash::{Client, Command, Error, InvalidConfig, Kind, Reply};

fn client() -> Client {
    Client::new("http://store.test:8080/", "secret").unwrap()
}

fn answer(status: u16, body: &str) -> Response<Bytes> {
    Response::builder().status(status).body(Bytes::copy_from_slice(body.as_bytes())).unwrap()
}

fn bytes(text: &str) -> Reply {
    Reply::Bytes(Bytes::copy_from_slice(text.as_bytes()))
}

#[test]
fn requests_carry_the_token_the_encoding_and_an_empty_sync_token_at_first() {
    let request = client().single(&Command::new("GET").arg("k"));
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "http://store.test:8080/");
    assert_eq!(request.headers()["authorization"], "Bearer secret");
    assert_eq!(request.headers()["content-type"], "application/json");
    assert_eq!(request.headers()["upstash-encoding"], "base64");
    assert_eq!(request.headers()["upstash-sync-token"], "");
    assert_eq!(request.body(), r#"["GET","k"]"#);
    assert!(!format!("{request:?}").contains("secret"), "the token must not reach a log");
}

#[test]
fn pipelines_and_transactions_are_arrays_of_commands_on_paths_of_their_own() {
    let commands = [Command::new("SET").arg("a").arg(1u64), Command::new("INCR").arg("a")];
    let (pipeline, transaction) = (client().pipeline(&commands), client().transaction(&commands));
    assert_eq!(pipeline.uri().path(), "/pipeline");
    assert_eq!(transaction.uri().path(), "/multi-exec");
    assert_eq!(pipeline.body(), r#"[["SET","a","1"],["INCR","a"]]"#);
    assert_eq!(transaction.body(), pipeline.body());
}

#[test]
fn a_subscription_asks_for_an_event_stream_of_the_escaped_channel() {
    let request = client().subscribe("a b/c").unwrap();
    assert_eq!(request.uri(), "http://store.test:8080/subscribe/a%20b%2Fc");
    assert_eq!(request.headers()["accept"], "text/event-stream");
    assert!(request.body().is_empty());
}

#[test]
fn the_sync_token_of_each_answer_goes_with_the_next_request() {
    let client = client();
    for token in ["7", "8"] {
        let mut response = answer(200, r#"{"result":1}"#);
        response.headers_mut().insert("upstash-sync-token", token.parse().unwrap());
        client.reply(&response).unwrap();
        assert_eq!(client.single(&Command::new("PING")).headers()["upstash-sync-token"], token);
    }
    client.reply(&answer(200, r#"{"result":1}"#)).unwrap();
    assert_eq!(client.single(&Command::new("PING")).headers()["upstash-sync-token"], "8");
}

#[test]
fn a_reply_is_decoded() {
    assert_eq!(client().reply(&answer(200, r#"{"result":"YmFy"}"#)), Ok(bytes("bar")));
    assert_eq!(client().reply(&answer(200, r#"{"result":"OK"}"#)), Ok(bytes("OK")));
    assert_eq!(client().reply(&answer(200, r#"{"result":null}"#)), Ok(Reply::Nil));
    assert_eq!(
        client().reply(&answer(200, r#"{"result":[["MC0x",["aw=="]],3]}"#)),
        Ok(Reply::Array(vec![Reply::Array(vec![bytes("0-1"), Reply::Array(vec![bytes("k")])]), Reply::Int(3)]))
    );
}

#[test]
fn a_failing_item_of_a_pipeline_fails_alone() {
    let body = r#"[{"result":"OK"},{"error":"WRONGTYPE Operation against a key"},{"result":2}]"#;
    let replies = client().replies(&answer(200, body), 3).unwrap();
    assert_eq!(replies[0], Ok(bytes("OK")));
    assert_eq!(replies[1].as_ref().unwrap_err().kind, Kind::WrongType);
    assert_eq!(replies[2], Ok(Reply::Int(2)));
}

#[test]
fn a_discarded_transaction_is_one_object_whatever_its_status() {
    for status in [200, 400] {
        let body = r#" {"error":"ERR max requests limit exceeded. Limit: 500000, Usage: 500000."}"#;
        match client().replies(&answer(status, body), 2) {
            Err(Error::Discarded(refusal)) => assert_eq!(refusal.kind, Kind::Quota),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn refusals_unauthorized_and_foreign_statuses_are_told_apart() {
    let wrongpass = r#"{"error":"WRONGPASS invalid or missing auth token. See https://…"}"#;
    assert!(
        matches!(client().reply(&answer(401, wrongpass)), Err(Error::Unauthorized(text)) if text.starts_with("WRONGPASS"))
    );
    assert!(matches!(client().reply(&answer(401, "")), Err(Error::Unauthorized(_))));
    match client().reply(&answer(400, r#"{"error":"NOSCRIPT No matching script. Please use EVAL."}"#)) {
        Err(Error::Refused(refusal)) => assert_eq!(refusal.kind, Kind::NoScript),
        other => panic!("{other:?}"),
    }
    match client().reply(&answer(502, &"<html>".repeat(1000))) {
        Err(Error::Status { status: 502, text }) => assert_eq!(text.len(), 200),
        other => panic!("{other:?}"),
    }
    assert!(matches!(client().reply(&answer(400, "no JSON")), Err(Error::Status { status: 400, .. })));
    assert!(matches!(client().replies(&answer(429, "[]"), 1), Err(Error::Status { status: 429, .. })));
}

#[test]
fn a_success_that_cannot_be_read_is_unreadable() {
    let whole = r#"[{"result":"YmFy"},{"result":null}]"#;
    for end in 0..whole.len() {
        let cut = answer(200, &whole[..end]);
        assert!(matches!(client().replies(&cut, 2), Err(Error::Unreadable(_))), "{:?}", &whole[..end]);
    }
    for body in [r#"{"result":"!"}"#, "{}", "[]", r#"{"result":1}"#, r#"[{"result":1}]"#, r#"[{"result":1},{}]"#] {
        assert!(matches!(client().replies(&answer(200, body), 2), Err(Error::Unreadable(_))), "{body}");
    }
}

#[test]
fn a_refused_subscription_says_why() {
    let body = br#"{"error":"WRONGPASS invalid"}"#;
    assert_eq!(
        Client::failure(http::StatusCode::UNAUTHORIZED, body),
        Error::Unauthorized("WRONGPASS invalid".to_owned())
    );
}

#[test]
fn an_address_or_token_that_cannot_work_is_refused_at_once() {
    for url in ["", "store", "redis://store:6379", "http://", "http://store/path", "http://store?x=1"] {
        assert_eq!(Client::new(url, "t").err(), Some(InvalidConfig::Url), "{url}");
    }
    assert_eq!(Client::new("http://store", "a\nb").err(), Some(InvalidConfig::Token));
}

fn resp(status: u16, body: &str) -> Response<Bytes> {
    let mut response = answer(status, body);
    response.headers_mut().insert("content-type", "application/octet-stream".parse().unwrap());
    response
}

#[test]
fn a_bulky_reply_is_asked_for_in_redis_s_own_format() {
    let request = client().bulky(&Command::new("GET").arg("k"));
    assert_eq!(request.headers()["upstash-response-format"], "resp2");
    assert!(!request.headers().contains_key("upstash-encoding"), "the store refuses both together");
    assert_eq!(request.body(), r#"["GET","k"]"#);
    assert_eq!(client().bulky_reply(&resp(200, "$3\r\nbar\r\n")), Ok(bytes("bar")));
}

#[test]
fn a_bulky_reply_brings_its_sync_token() {
    let client = client();
    let mut response = resp(200, "$-1\r\n");
    response.headers_mut().insert("upstash-sync-token", "9".parse().unwrap());
    assert_eq!(client.bulky_reply(&response), Ok(Reply::Nil));
    assert_eq!(client.single(&Command::new("PING")).headers()["upstash-sync-token"], "9");
}

#[test]
fn a_store_that_does_not_know_the_format_is_understood_in_json() {
    let reply = client().bulky_reply(&answer(200, r#"{"result":[["0-1",["k","OK"]],null,3]}"#));
    let entry = Reply::Array(vec![bytes("0-1"), Reply::Array(vec![bytes("k"), bytes("OK")])]);
    assert_eq!(reply, Ok(Reply::Array(vec![entry, Reply::Nil, Reply::Int(3)])));
}

#[test]
fn failures_of_a_bulky_read_are_told_apart_as_others_are() {
    let read = |response| client().bulky_reply(&response).unwrap_err();
    for refused in [resp(400, "-WRONGTYPE a key\r\n"), answer(400, r#"{"error":"WRONGTYPE a key"}"#)] {
        assert!(matches!(read(refused), Error::Refused(refusal) if refusal.kind == Kind::WrongType));
    }
    assert!(matches!(read(answer(401, r#"{"error":"WRONGPASS"}"#)), Error::Unauthorized(_)));
    for foreign in [answer(502, "Bad Gateway"), resp(502, ":1\r\n")] {
        assert!(matches!(read(foreign), Error::Status { status: 502, .. }));
    }
    for unreadable in [resp(200, "$3\r\nb"), resp(400, ":1\r\n"), answer(200, "<html>"), answer(200, "")] {
        assert!(matches!(read(unreadable), Error::Unreadable(_)));
    }
}
