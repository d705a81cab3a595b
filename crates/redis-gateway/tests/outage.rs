//! A Redis server that goes away and comes back.

mod common;

use std::time::{Duration, Instant};

use common::{Rest, gateway, until};
use http::StatusCode;
use redis_gateway::StoreChoice;
use serde_json::json;
use testing::RedisServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

async fn works(rest: &Rest) -> bool {
    rest.post("/", r#"["PING"]"#).await.status == StatusCode::OK
}

#[tokio::test]
async fn a_gateway_starts_without_its_redis_server_and_works_once_that_is_there() {
    let redis = RedisServer::not_started(common::PERSISTENT);
    let mut rest = Rest::new(gateway(StoreChoice::Redis { url: redis.url() }).await, Some(redis));
    for (path, body) in
        [("/", r#"["PING"]"#), ("/pipeline", r#"[["PING"]]"#), ("/multi-exec", r#"[["PING"]]"#), ("/subscribe/a", "")]
    {
        let answer = rest.post(path, body).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(
            answer.json()["error"].as_str().unwrap().starts_with("UNAVAILABLE the Redis server can't be"),
            "{answer:?}"
        );
    }
    rest.redis.as_mut().unwrap().launch().await;
    until("the gateway has found the server", async || works(&rest).await).await;
    let mut events = rest.listen("/subscribe/a").await;
    assert_eq!(events.next().await.unwrap(), "data: subscribe,a,1");
}

#[tokio::test]
async fn every_request_is_answered_while_the_server_is_gone_and_the_next_ones_work_when_it_is_back() {
    let mut rest = Rest::on_redis().await;
    rest.run(&["SET", "a", "1"]).await;
    let digest = rest.run(&["SCRIPT", "LOAD", "#!lua flags=allow-key-locking\nreturn 1"]).await;
    let digest = digest.as_str().unwrap();
    let mut events = rest.listen("/subscribe/a").await;
    events.next().await.unwrap();

    rest.redis.as_mut().unwrap().kill();
    assert_eq!(events.next().await, None, "a stream that can't go on ends, so that its reader comes again");
    let answer = rest.post("/", r#"["INCR","a"]"#).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.json()["error"].as_str().unwrap().starts_with("UNAVAILABLE"));

    rest.redis.as_mut().unwrap().launch().await;
    until("the gateway has found the server again", async || works(&rest).await).await;
    assert_eq!(rest.run(&["GET", "a"]).await, "1");
    assert_eq!(
        rest.error(&["EVALSHA", digest, "0"]).await,
        "NOSCRIPT No matching script. Please use EVAL.",
        "the script went with the server, whatever the gateway remembers"
    );
    assert_eq!(rest.run(&["EVAL", "#!lua flags=allow-key-locking\nreturn 1", "0"]).await, 1);
    assert_eq!(rest.run(&["EVALSHA", digest, "0"]).await, 1);
    let mut events = rest.listen("/subscribe/a").await;
    events.next().await.unwrap();
    assert_eq!(rest.run(&["PUBLISH", "a", "x"]).await, 1);
    assert_eq!(events.next().await.unwrap(), "data: message,a,x");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for_without_end() {
    let rest = Rest::on_redis().await;
    rest.run(&["SET", "a", "1"]).await;
    let redis = rest.redis.as_ref().unwrap();
    redis.signal("-STOP");
    let answer = rest.post("/", r#"["INCR","a"]"#).await;
    redis.signal("-CONT");
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let text = answer.json()["error"].as_str().unwrap().to_owned();
    assert!(text.starts_with("UNAVAILABLE"), "{text}");
    assert!(text.contains("may have been executed"), "a write that was sent must not be called refused: {text}");
    until("the gateway works again", async || works(&rest).await).await;
    assert_eq!(rest.run(&["GET", "a"]).await, "2", "it was executed indeed");
}

/// What goes through a narrow way at a time, in bytes.
const PIECE: u32 = 64 * 1024;

/// A way to a server by which answers come piece by piece, each `each` after the one before. Its port.
async fn narrow(server: u16, each: Duration) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let far = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
            let (mut near_in, mut near_out) = near.into_split();
            let (mut far_in, mut far_out) = far.into_split();
            tokio::spawn(async move { tokio::io::copy(&mut near_in, &mut far_out).await });
            tokio::spawn(async move {
                let mut piece = vec![0; PIECE as usize];
                while let Ok(length @ 1..) = far_in.read(&mut piece).await {
                    tokio::time::sleep(each * u32::try_from(length).unwrap() / PIECE).await;
                    near_out.write_all(&piece[..length]).await.unwrap();
                }
            });
        }
    });
    port
}

#[tokio::test]
async fn an_answer_that_takes_long_on_its_way_is_waited_for_as_long_as_it_comes_nearer() {
    let redis = RedisServer::start(common::PERSISTENT).await;
    // 6 MiB at 64 KiB each 60 ms: longer than a silent server is waited for.
    let port = narrow(redis.port(), Duration::from_millis(60)).await;
    let url = format!("redis://127.0.0.1:{port}");
    let rest = Rest::new(gateway(StoreChoice::Redis { url }).await, Some(redis));
    let value = "x".repeat(6 << 20);
    rest.run(&["SET", "large", &value]).await;
    let started = Instant::now();
    assert!(rest.run(&["GET", "large"]).await == *value, "the value as it was");
    assert!(started.elapsed() > Duration::from_millis(4500), "{:?}: the way is not narrow enough", started.elapsed());
}

#[tokio::test]
async fn a_wrong_password_is_said_and_a_right_one_works() {
    let rest = Rest::on_redis().await;
    let port = rest.redis.as_ref().unwrap().port();
    rest.redis.as_ref().unwrap().must(&["CONFIG SET requirepass secret"]).await;
    let wrong = Rest::new(gateway(StoreChoice::Redis { url: format!("redis://:wrong@127.0.0.1:{port}") }).await, None);
    let answer = wrong.post("/", r#"["PING"]"#).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!answer.json()["error"].as_str().unwrap().contains("wrong@"), "{answer:?}");
    let right =
        Rest::new(gateway(StoreChoice::Redis { url: format!("redis://:secret@127.0.0.1:{port}/1") }).await, None);
    assert_eq!(right.run(&["SET", "a", "1"]).await, "OK");
    assert_eq!(right.post("/multi-exec", r#"[["GET","a"]]"#).await.json(), json!([{"result": "1"}]));
}

#[tokio::test]
async fn an_address_that_is_none_keeps_the_gateway_from_starting() {
    let store = StoreChoice::Redis { url: "ftp://somewhere".to_owned() };
    let config = redis_gateway::Config::new("127.0.0.1:0".parse().unwrap(), store, "t");
    let error = redis_gateway::Gateway::start(config).await.err().unwrap();
    assert!(error.to_string().starts_with("the Redis address is not valid"), "{error}");
}

#[tokio::test]
async fn a_user_who_may_not_exec_leaves_no_transaction_open_for_others() {
    let redis = RedisServer::start(common::PERSISTENT).await;
    redis.must(&["ACL SETUSER half on >secret ~* &* +@all -exec"]).await;
    let url = format!("redis://half:secret@127.0.0.1:{}", redis.port());
    let rest = Rest::new(gateway(StoreChoice::Redis { url }).await, Some(redis));
    let answer = rest.post("/multi-exec", r#"[["SET","a","1"]]"#).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{answer:?}");
    assert_eq!(rest.run(&["SET", "b", "2"]).await, "OK");
    assert_eq!(rest.run(&["MGET", "a", "b"]).await, json!([null, "2"]));
}
