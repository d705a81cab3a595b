//! Stores to look at, and what a look at them gave.

mod proxy;

use doctor::{Finding, Report, Target, Verdict};
use redis_gateway::{Config, Fsync, Gateway, StoreChoice};
use store::ReqwestTransport;
use upstash::{Client, Command, Reply};

pub(crate) use proxy::{Proxy, Words};
pub(crate) use testing::RedisServer;

pub(crate) const TOKEN: &str = "test token";

/// A gateway on a free port.
pub(crate) async fn gateway(store: StoreChoice) -> Gateway {
    let config = Config::new(([127, 0, 0, 1], 0).into(), store, TOKEN);
    Gateway::start(config).await.unwrap()
}

/// A gateway over a redis-server.
pub(crate) async fn over(redis: &RedisServer) -> Gateway {
    gateway(StoreChoice::Redis { url: redis.url() }).await
}

/// The same, as a certain user.
pub(crate) async fn over_as(redis: &RedisServer, user: &str, password: &str) -> Gateway {
    let url = format!("redis://{user}:{password}@127.0.0.1:{}", redis.port());
    gateway(StoreChoice::Redis { url }).await
}

/// RoomTalk's own engine; with a folder it keeps what it is given.
pub(crate) async fn embedded(folder: Option<&tempfile::TempDir>) -> Gateway {
    gateway(StoreChoice::Embedded { dir: folder.map(|folder| folder.path().to_owned()), fsync: Fsync::Always }).await
}

pub(crate) fn url(gateway: &Gateway) -> String {
    format!("http://{}", gateway.local_addr())
}

/// A look with the right token.
pub(crate) async fn examine(url: &str) -> Report {
    examine_with(url, TOKEN).await
}

pub(crate) async fn examine_with(url: &str, token: &str) -> Report {
    provide_crypto();
    let target = Target { url: url.to_owned(), token: token.to_owned(), name: url.to_owned() };
    let report = doctor::examine(&target).await.unwrap();
    for finding in &report.findings {
        let wants_mend = matches!(finding.verdict, Verdict::Warn | Verdict::Fail);
        assert_eq!(finding.mend.is_some(), wants_mend, "{finding:?}");
        assert!(!finding.seen.contains('\n'), "{finding:?}");
    }
    assert!(!report.to_string().contains(token), "{report}");
    report
}

fn provide_crypto() {
    // Another test of this process may have installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The finding of a check.
pub(crate) fn of<'a>(report: &'a Report, check: &str) -> &'a Finding {
    report.findings.iter().find(|finding| finding.check == check).unwrap_or_else(|| panic!("no {check}: {report}"))
}

/// The names of all checks that ended so.
pub(crate) fn ended(report: &Report, verdict: Verdict) -> Vec<&'static str> {
    report.findings.iter().filter(|finding| finding.verdict == verdict).map(|finding| finding.check).collect()
}

/// That a check failed, having seen `seen`, and names `mend`; and that scripts are told.
pub(crate) fn assert_fails(report: &Report, check: &str, seen: &str, mend: &str) {
    let finding = of(report, check);
    assert_eq!(finding.verdict, Verdict::Fail, "{report}");
    assert_mends(finding, seen, mend);
    assert_eq!((report.verdict(), report.exit_code()), (Verdict::Fail, 1));
}

/// That a check warns, having seen `seen`, and names `mend`.
pub(crate) fn assert_warns(report: &Report, check: &str, seen: &str, mend: &str) {
    let finding = of(report, check);
    assert_eq!(finding.verdict, Verdict::Warn, "{report}");
    assert_mends(finding, seen, mend);
}

fn assert_mends(finding: &Finding, seen: &str, mend: &str) {
    assert!(finding.seen.contains(seen), "{finding:?}");
    assert!(finding.mend.as_deref().unwrap().contains(mend), "{finding:?}");
}

/// A command past the doctor.
pub(crate) async fn command(url: &str, words: &[&str]) -> Reply {
    use store::Transport;
    provide_crypto();
    let [name, args @ ..] = words else { panic!("no command") };
    let client = Client::new(url, TOKEN).unwrap();
    let request = client.single(&Command::new(name).args(args.iter().copied()));
    let answer = ReqwestTransport::new().unwrap().send(request, std::time::Duration::from_secs(30)).await.unwrap();
    client.reply(&answer).unwrap()
}

/// That the doctor left nothing in the store.
pub(crate) async fn assert_no_trace(url: &str) {
    assert_eq!(command(url, &["KEYS", "*"]).await, Reply::Array(Vec::new()));
}
