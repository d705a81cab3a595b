//! Stores that can do everything and are not set up to be relied on.

use doctor::Verdict;

use crate::world::{
    Proxy, RedisServer, Words, assert_fails, assert_no_trace, assert_warns, embedded, ended, examine, of, over, url,
};

#[tokio::test]
async fn a_redis_server_that_keeps_nothing_fails() {
    let redis = RedisServer::start("").await;
    let gateway = over(&redis).await;
    let report = examine(&url(&gateway)).await;
    assert_fails(&report, "persistence", "nothing is kept on disk", "redis-cli CONFIG SET appendonly yes");
    assert_eq!(ended(&report, Verdict::Fail), ["persistence"], "{report}");
    assert_no_trace(&url(&gateway)).await;
}

#[tokio::test]
async fn snapshots_alone_fail_and_a_log_without_syncs_is_a_warning() {
    let redis = RedisServer::start("save 3600 1").await;
    let report = examine(&url(&over(&redis).await)).await;
    assert_fails(&report, "persistence", "only snapshots", "redis-cli CONFIG SET appendonly yes");

    let redis = RedisServer::start("appendonly yes\nappendfsync no").await;
    let report = examine(&url(&over(&redis).await)).await;
    assert_warns(&report, "persistence", "appendfsync no", "appendfsync everysec");
    assert_eq!((report.verdict(), report.exit_code()), (Verdict::Warn, 0));
}

#[tokio::test]
async fn an_embedded_store_without_a_folder_fails() {
    let gateway = embedded(None).await;
    let report = examine(&url(&gateway)).await;
    assert_fails(&report, "persistence", "nothing is kept on disk", "--data-dir");
}

#[tokio::test]
async fn a_redis_server_that_evicts_fails() {
    let policies = [("allkeys-lru", "throws whole rooms away"), ("volatile-ttl", "stores retries twice")];
    for (policy, seen) in policies {
        let redis = RedisServer::start(&format!("appendonly yes\nmaxmemory-policy {policy}")).await;
        let gateway = over(&redis).await;
        let report = examine(&url(&gateway)).await;
        assert_fails(&report, "eviction", seen, "redis-cli CONFIG SET maxmemory-policy noeviction");
        assert_eq!(ended(&report, Verdict::Fail), ["eviction"], "{report}");
        // The mend mends.
        redis.must(&["CONFIG SET maxmemory-policy noeviction"]).await;
        assert_eq!(examine(&url(&gateway)).await.exit_code(), 0);
    }
}

#[tokio::test]
async fn a_store_that_tells_nothing_of_itself_is_a_warning_that_says_where_to_look() {
    let redis = RedisServer::start("").await;
    let gateway = over(&redis).await;
    let proxy = Proxy::before(url(&gateway)).without(&["CONFIG", "INFO"]).start().await;
    let report = examine(&proxy.url).await;
    assert_warns(&report, "eviction", "does not tell", "redis-cli CONFIG GET maxmemory-policy");
    assert_warns(&report, "persistence", "does not tell", "redis-cli CONFIG GET appendonly");
    assert_eq!(of(&report, "server").seen, "does not tell what it is");
    assert_eq!((report.verdict(), report.exit_code()), (Verdict::Warn, 0), "{report}");
}

#[tokio::test]
async fn settings_that_only_info_tells_are_seen() {
    let redis = RedisServer::start("maxmemory-policy allkeys-lru").await;
    let gateway = over(&redis).await;
    let proxy = Proxy::before(url(&gateway)).without(&["CONFIG"]).start().await;
    let report = examine(&proxy.url).await;
    assert_fails(&report, "eviction", "allkeys-lru", "noeviction");
    assert_fails(&report, "persistence", "nothing is kept on disk", "appendonly yes");
}

#[tokio::test]
async fn a_node_of_a_cluster_fails() {
    let redis = RedisServer::start("appendonly yes\ncluster-enabled yes").await;
    let report = examine(&url(&over(&redis).await)).await;
    // Without slots it takes no write, which is seen before what it is.
    assert_fails(&report, "token", "CLUSTERDOWN", "Redis");

    let gateway = embedded(None).await;
    let member = |words: &mut Words| {
        if words[..] == ["INFO", "server"] {
            *words = ["EVAL", "return 'redis_mode:cluster'", "0"].map(str::to_owned).to_vec();
        }
    };
    let proxy = Proxy::before(url(&gateway)).rewriting(member).start().await;
    assert_fails(&examine(&proxy.url).await, "server", "a node of a Redis Cluster", "cluster-enabled no");
}
