//! Stores that take their time.

use std::time::Duration;

use doctor::Verdict;

use crate::world::{Proxy, assert_fails, assert_no_trace, assert_warns, embedded, ended, examine, of, url};

#[tokio::test]
async fn a_store_that_is_far_away_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = embedded(Some(&folder)).await;
    let proxy = Proxy::before(url(&gateway)).slow(Duration::from_millis(60)).start().await;
    let report = examine(&proxy.url).await;
    assert_warns(&report, "latency", "waits for one round trip", "in the region where the store is");
    assert_eq!((report.verdict(), report.exit_code()), (Verdict::Warn, 0), "{report}");
    assert_eq!(ended(&report, Verdict::Warn), ["latency"]);
}

#[tokio::test]
async fn a_store_that_needs_more_than_a_second_fails_and_all_else_is_looked_at_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = embedded(Some(&folder)).await;
    let proxy = Proxy::before(url(&gateway)).slow(Duration::from_millis(1050)).start().await;
    let report = examine(&proxy.url).await;
    assert_fails(&report, "latency", "the status answers within 2 s", "in the store's region");
    assert_eq!(ended(&report, Verdict::Fail), ["latency"], "{report}");
    assert_eq!(of(&report, "operations").verdict, Verdict::Ok, "{report}");
    assert_no_trace(&url(&gateway)).await;
}
