//! Stores that lack something that RoomTalk uses.

use doctor::Verdict;
use redis_gateway::Gateway;

use crate::world::{
    Proxy, RedisServer, Words, assert_fails, assert_no_trace, assert_warns, embedded, ended, examine, of, over,
    over_as, url,
};

async fn sound() -> (Gateway, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (embedded(Some(&folder)).await, folder)
}

#[tokio::test]
async fn a_store_without_scripts_fails_and_nothing_is_left_in_it() {
    let (gateway, _folder) = sound().await;
    let proxy = Proxy::before(url(&gateway)).without(&["EVAL", "EVALSHA"]).start().await;
    let report = examine(&proxy.url).await;
    assert_fails(&report, "scripts", "EVALSHA: ERR Command is not available", "+eval +evalsha");
    assert_eq!(ended(&report, Verdict::Fail), ["scripts"], "{report}");
    assert_eq!(ended(&report, Verdict::Skip), ["operations"]);
    assert!(of(&report, "operations").seen.contains("`scripts`"), "{report}");
    assert_no_trace(&url(&gateway)).await;
}

#[tokio::test]
async fn a_redis_user_without_scripts_fails() {
    let redis =
        RedisServer::start("appendonly yes\nuser worker on >secret allkeys allchannels +@all -@scripting").await;
    let gateway = over_as(&redis, "worker", "secret").await;
    let report = examine(&url(&gateway)).await;
    assert_fails(&report, "scripts", "EVALSHA: NOPERM", "+eval +evalsha");
    assert_eq!(ended(&report, Verdict::Skip), ["operations"]);
    assert_no_trace(&url(&over(&redis).await)).await;
}

#[tokio::test]
async fn a_redis_server_without_a_command_is_told_which() {
    let redis = RedisServer::start("appendonly yes\nrename-command XREVRANGE \"\"").await;
    let report = examine(&url(&over(&redis).await)).await;
    assert_fails(&report, "streams", "XREVRANGE: ERR Command is not available", "Redis 7.0 or newer");
    assert_fails(&report, "scripts", "in a script, XREVRANGE", "Redis 7.0 or newer");
    assert!(of(&report, "operations").verdict == Verdict::Skip, "{report}");
}

#[tokio::test]
async fn a_store_that_numbers_entries_by_its_clock_fails() {
    let (gateway, _folder) = sound().await;
    let by_clock = |words: &mut Words| {
        if words[0] == "XADD" {
            words.iter_mut().filter(|word| *word == "0-*").for_each(|word| *word = "*".to_owned());
        }
    };
    let proxy = Proxy::before(url(&gateway)).rewriting(by_clock).start().await;
    let report = examine(&proxy.url).await;
    assert_fails(&report, "streams", "XADD with an id 0-* answered", "Redis 7.0 or newer");
}

#[tokio::test]
async fn a_store_that_does_not_keep_its_scripts_is_a_warning() {
    let (gateway, _folder) = sound().await;
    let forgetful = |words: &mut Words| {
        if words[0] == "EVALSHA" {
            words[1] = "0".repeat(40);
        }
    };
    let proxy = Proxy::before(url(&gateway)).rewriting(forgetful).start().await;
    let report = examine(&proxy.url).await;
    assert_warns(&report, "scripts", "not remembered after EVAL", "SCRIPT FLUSH");
    assert_eq!(report.exit_code(), 0, "{report}");
}

#[tokio::test]
async fn a_store_without_an_event_stream_or_transactions_fails() {
    let (gateway, _folder) = sound().await;
    let proxy = Proxy::before(url(&gateway)).not_knowing(&["/subscribe", "/multi-exec"]).start().await;
    let report = examine(&proxy.url).await;
    assert_fails(&report, "events", "/subscribe: HTTP status 404", "redis-gateway");
    assert_fails(&report, "batches", "/multi-exec: HTTP status 404", "redis-gateway");
    assert_eq!(ended(&report, Verdict::Fail), ["batches", "events"]);
}

#[tokio::test]
async fn a_proxy_that_holds_the_event_stream_back_is_told_within_the_deadline() {
    let (gateway, _folder) = sound().await;
    let proxy = Proxy::before(url(&gateway)).with_silent_streams().start().await;
    let report = examine(&proxy.url).await;
    assert_fails(&report, "events", "was not confirmed within 5 s", "proxy_buffering off;");
}

#[tokio::test]
async fn events_that_never_come_are_told_within_the_deadline() {
    let (gateway, _folder) = sound().await;
    let elsewhere = |words: &mut Words| {
        if words[0] == "PUBLISH" {
            words[1] = "doctor:elsewhere".to_owned();
        }
    };
    let proxy = Proxy::before(url(&gateway)).rewriting(elsewhere).start().await;
    let report = examine(&proxy.url).await;
    assert_fails(&report, "events", "did not come by /subscribe within 5 s", "proxy_buffering off;");
}

#[tokio::test]
async fn a_proxy_that_lets_no_image_pass_is_told_with_the_setting() {
    let (gateway, _folder) = sound().await;
    let proxy = Proxy::before(url(&gateway)).limited(1_000_000).start().await;
    let report = examine(&proxy.url).await;
    assert_fails(&report, "sizes", "a request of 7.0 MB", "client_max_body_size 10m;");
    assert_eq!(ended(&report, Verdict::Fail), ["sizes"]);
}

#[tokio::test]
async fn what_is_optional_is_a_warning() {
    let (gateway, _folder) = sound().await;
    let proxy = Proxy::before(url(&gateway)).dropping(&["upstash-sync-token", "upstash-response-format"]).start().await;
    let report = examine(&proxy.url).await;
    assert_warns(&report, "sync token", "no `upstash-sync-token`", "pass the header on");
    assert_warns(&report, "resp2", "is not known", "nothing must be done");
    assert_eq!(ended(&report, Verdict::Warn), ["resp2", "sync token"], "{report}");
    assert_eq!(report.exit_code(), 0);
}

#[tokio::test]
async fn a_store_that_does_not_encode_fails() {
    let (gateway, _folder) = sound().await;
    let proxy = Proxy::before(url(&gateway)).dropping(&["upstash-encoding"]).start().await;
    let report = examine(&proxy.url).await;
    assert_fails(&report, "base64", "plain text", "redis-gateway");
}

#[tokio::test]
async fn a_read_only_user_is_told_what_to_take_instead() {
    let redis = RedisServer::start("appendonly yes\nuser reader on >secret allkeys allchannels +@read +ping").await;
    let gateway = over_as(&redis, "reader", "secret").await;
    let report = examine(&url(&gateway)).await;
    assert_fails(&report, "token", "a write is refused: NOPERM", "not the read-only one");
    assert_eq!(ended(&report, Verdict::Ok), ["address"], "{report}");
}

#[tokio::test]
async fn a_full_store_fails_with_the_limit_to_raise() {
    let redis = RedisServer::start("appendonly yes\nmaxmemory 100kb").await;
    let report = examine(&url(&over(&redis).await)).await;
    assert_fails(&report, "token", "a write is refused: OOM", "raise `maxmemory`");
}
