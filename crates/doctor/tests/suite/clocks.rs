//! Stores whose clock differs.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::world::{Proxy, Words, assert_fails, assert_warns, embedded, examine, of, url};

/// Lets the store tell another time than its own.
fn ahead(seconds: i64) -> impl Fn(&mut Words) + Send + Sync + 'static {
    move |words| {
        if words[0] == "TIME" {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            let then = i64::try_from(now.as_secs()).unwrap() + seconds;
            let told = [then.to_string(), now.subsec_micros().to_string()];
            *words = ["EVAL", "return ARGV", "0"].map(str::to_owned).into_iter().chain(told).collect();
        }
    }
}

#[tokio::test]
async fn a_clock_that_differs_by_seconds_is_a_warning_and_by_minutes_a_failure() {
    let gateway = embedded(None).await;
    let look = async |seconds| {
        let proxy = Proxy::before(url(&gateway)).rewriting(ahead(seconds)).start().await;
        examine(&proxy.url).await
    };
    assert_eq!(of(&look(0).await, "clock").verdict, doctor::Verdict::Ok);
    assert_warns(&look(10).await, "clock", "s ahead of this machine's", "timedatectl set-ntp true");
    assert_warns(&look(-10).await, "clock", "s behind this machine's", "timedatectl set-ntp true");
    assert_fails(&look(3600).await, "clock", "ahead of this machine's: limits on senders", "timedatectl set-ntp true");
}

#[tokio::test]
async fn a_store_that_tells_no_time_is_a_warning() {
    let gateway = embedded(None).await;
    let proxy = Proxy::before(url(&gateway)).without(&["TIME"]).start().await;
    assert_warns(&examine(&proxy.url).await, "clock", "does not tell its time", "timedatectl");
}
