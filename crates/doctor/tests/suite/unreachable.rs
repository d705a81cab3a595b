//! Addresses behind which there is no store, and tokens that open none.

use axum::Router;
use doctor::Verdict;
use tokio::net::TcpListener;

use crate::world::{
    RedisServer, assert_fails, assert_no_trace, embedded, ended, examine, examine_with, over, over_as, url,
};

#[tokio::test]
async fn a_wrong_token_is_told_and_all_else_is_skipped() {
    let gateway = embedded(None).await;
    let report = examine_with(&url(&gateway), "another token").await;
    assert_fails(&report, "token", "401: WRONGPASS", "UPSTASH_REDIS_REST_TOKEN");
    assert_eq!(ended(&report, Verdict::Ok), ["address"]);
    assert_eq!(ended(&report, Verdict::Fail), ["token"]);
    assert_eq!(ended(&report, Verdict::Skip).len(), 18, "{report}");
    assert_no_trace(&url(&gateway)).await;
}

#[tokio::test]
async fn nobody_listening_is_told_with_the_address() {
    let port = testing::Port::claim();
    let address = format!("127.0.0.1:{}", port.number());
    let report = examine(&format!("http://{address}")).await;
    assert_fails(&report, "address", &format!("connection refused: nobody listens at {address}"), "roomtalk up");
    assert_eq!(ended(&report, Verdict::Skip).len(), report.findings.len() - 1);
}

#[tokio::test]
async fn a_name_without_an_address_is_told_apart() {
    let report = examine("http://store.invalid").await;
    assert_fails(&report, "address", "DNS: ", "correct the name in --redis-url");
}

#[tokio::test]
async fn a_port_without_tls_is_told_apart() {
    let gateway = embedded(None).await;
    let report = examine(&url(&gateway).replace("http://", "https://")).await;
    assert_fails(&report, "address", "TLS: ", "http://");
}

#[tokio::test]
async fn a_web_page_is_no_store() {
    let page = Router::new().fallback(|| async { axum::response::Html("<h1>a page</h1>") });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { axum::serve(listener, page).await.unwrap() });
    let report = examine(&url).await;
    assert_fails(&report, "address", "answers HTTP 200 (text/html; charset=utf-8), but not as", "correct --redis-url");
    assert_eq!(ended(&report, Verdict::Skip).len(), report.findings.len() - 1);
    serving.abort();
}

#[tokio::test]
async fn a_redirect_is_told_with_where_it_leads() {
    let elsewhere = Router::new().fallback(|| async { axum::response::Redirect::permanent("https://store.example/x") });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { axum::serve(listener, elsewhere).await.unwrap() });
    assert_fails(&examine(&url).await, "address", "answers HTTP 308 and leads elsewhere", ": https://store.example");
    serving.abort();
}

#[tokio::test]
async fn a_server_that_takes_connections_and_says_nothing_is_given_up_after_the_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    assert_fails(&examine(&url).await, "address", "no answer within 5 s", "look at the log of the store");
    drop(listener);
}

#[tokio::test]
async fn redis_s_own_port_is_told_apart() {
    let redis = RedisServer::start("").await;
    assert_fails(
        &examine(&format!("http://127.0.0.1:{}", redis.port())).await,
        "address",
        "that is no HTTP",
        "redis://HOST:6379",
    );
}

#[tokio::test]
async fn a_gateway_whose_redis_server_is_gone_says_so() {
    let mut redis = RedisServer::start("").await;
    let gateway = over(&redis).await;
    redis.kill();
    let report = examine(&url(&gateway)).await;
    assert_fails(&report, "address", "the gateway answers, its Redis server does not", "start the Redis server");
}

#[tokio::test]
async fn a_redis_server_that_wants_another_password_is_told_through_the_gateway() {
    let redis = RedisServer::start("user worker on >secret allkeys allchannels +@all").await;
    let gateway = over_as(&redis, "worker", "wrong").await;
    assert_fails(&examine(&url(&gateway)).await, "address", "WRONGPASS", "user and password");
}
