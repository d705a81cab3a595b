//! Stores that are fit.

use doctor::Verdict;

use crate::world::{RedisServer, assert_no_trace, embedded, ended, examine, of, over, url};

#[tokio::test]
async fn the_embedded_store_is_fit_and_keeps_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = embedded(Some(&folder)).await;
    let report = examine(&url(&gateway)).await;
    assert_eq!((report.verdict(), report.exit_code()), (Verdict::Ok, 0), "{report}");
    assert_eq!(ended(&report, Verdict::Ok).len(), report.findings.len());
    assert!(of(&report, "server").seen.contains("embedded"), "{report}");
    assert!(of(&report, "persistence").seen.contains("always"), "{report}");
    assert_no_trace(&url(&gateway)).await;
}

#[tokio::test]
async fn a_redis_server_with_a_log_is_fit_and_keeps_no_trace() {
    for (sync, seen) in [("always", "before it is acknowledged"), ("everysec", "within a second")] {
        let redis = RedisServer::start(&format!("appendonly yes\nappendfsync {sync}\nmaxmemory 1gb")).await;
        let gateway = over(&redis).await;
        let report = examine(&url(&gateway)).await;
        assert_eq!((report.verdict(), report.exit_code()), (Verdict::Ok, 0), "{report}");
        assert!(of(&report, "persistence").seen.contains(seen), "{report}");
        assert!(of(&report, "eviction").seen.contains("% of maxmemory"), "{report}");
        assert!(of(&report, "server").seen.starts_with("Redis "), "{report}");
        assert_no_trace(&url(&gateway)).await;
    }
}

#[tokio::test]
async fn several_looks_at_one_time_don_t_disturb_each_other_or_a_room() {
    let gateway = embedded(None).await;
    let url = url(&gateway);
    crate::world::command(&url, &["XADD", "room:{abc}:log", "0-*", "k", "created"]).await;
    let reports = futures_util::future::join_all((0..4).map(|_| examine(&url))).await;
    for report in reports {
        assert_eq!(ended(&report, Verdict::Fail), ["persistence"], "{report}");
    }
    let keys = crate::world::command(&url, &["KEYS", "*"]).await.array().unwrap();
    assert_eq!(keys, [upstash::Reply::Bytes("room:{abc}:log".into())]);
}

#[tokio::test]
async fn what_is_published_is_not_heard_by_hubs() {
    let gateway = embedded(None).await;
    let (url, transport) = (url(&gateway), store::ReqwestTransport::new().unwrap());
    let config = store::StoreConfig {
        url: url.clone(),
        token: crate::world::TOKEN.to_owned(),
        history: 1000,
        deadline: std::time::Duration::from_secs(30),
    };
    let hub = store::Store::new(transport, config);
    let mut events = hub.subscribe().await.unwrap();
    examine(&url).await;
    hub.beat("after").await.unwrap();
    let event = events.next().await.unwrap();
    assert!(matches!(event, store::Event::Beat { .. }), "{event:?}");
}

#[tokio::test]
async fn the_layout_is_told_and_a_newer_one_fails() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = embedded(Some(&folder)).await;
    let url = url(&gateway);
    assert_eq!(of(&examine(&url).await, "layout").seen, "none is kept yet; the first hub keeps 1");
    crate::world::command(&url, &["SET", "room:layout", "1"]).await;
    assert_eq!(of(&examine(&url).await, "layout").seen, "1; this version knows layouts up to 1");
    for layout in ["2", "one"] {
        crate::world::command(&url, &["SET", "room:layout", layout]).await;
        let report = examine(&url).await;
        crate::world::assert_fails(
            &report,
            "layout",
            &format!("layout {layout}, and this version"),
            "start the newer version",
        );
        assert_eq!(ended(&report, Verdict::Fail), ["layout"], "{report}");
    }
}
