//! What one request does to the others: nothing.

use std::{collections::BTreeSet, num::NonZeroUsize, time::Duration};

use http::StatusCode;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Answer, App, Running};

/// A component at each route.
fn components(places: &[(&str, &str)]) -> App {
    let component = |(id, route): &(&str, &str)| {
        format!("[[trigger.http]]\nroute = \"{route}\"\ncomponent = \"{id}\"\n[component.{id}]\nsource = \"FIXTURE\"\n")
    };
    App::new(&places.iter().map(component).collect::<String>())
}

/// Component `bad` at `/bad`, and `good` everywhere else.
fn two() -> App {
    components(&[("bad", "/bad"), ("good", "/...")])
}

/// What makes a component take ten seconds.
const SLOW: [(&str, &str); 2] = [("x-do", "sleep"), ("x-with", "10000")];

/// Requests to the other component, while `bad` misbehaves.
async fn neighbours(running: &Running) {
    for _ in 0..20 {
        assert_eq!(running.act("sleep", "5").await.body, "slept");
    }
}

/// Holds that of three requests for one place, all of them too slow, one had it and one never did. The place is given back at the
/// deadline of the first, which is just before that of the others, so one of them may have it for that moment.
fn assert_one_had_the_place(answers: &[Answer]) {
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert!(matches!(statuses[..], [503, 503 | 504, 504]), "{statuses:?}");
}

async fn misbehave(running: &Running, what: &str) -> StatusCode {
    let answer = running.send("/bad", &[("x-do", what)], "").await;
    assert!(answer.json()["code"].is_string(), "{answer:?}");
    answer.status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trap_is_500_for_its_request_and_nothing_for_other_components_or_the_next_request() {
    let running = two().start().await;
    let (statuses, ()) = tokio::join!(
        async {
            let mut statuses = Vec::new();
            for _ in 0..5 {
                statuses.push(misbehave(&running, "trap").await);
                assert_eq!(running.send("/bad", &[("x-do", "count")], "").await.body, "1", "a fresh instance");
            }
            statuses
        },
        neighbours(&running)
    );
    assert_eq!(statuses, [StatusCode::INTERNAL_SERVER_ERROR; 5]);
}

#[tokio::test]
async fn an_error_instead_of_an_answer_is_500_and_keeps_the_instance() {
    let running = two().start().await;
    assert_eq!(misbehave(&running, "fail").await, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(running.send("/bad", &[("x-do", "count")], "").await.body, "2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_loop_is_ended_by_the_cpu_deadline_and_the_server_lives() {
    let app = two().with(|config| config.limits.cpu_deadline = Duration::from_secs(1));
    let running = app.start().await;
    let loops = || misbehave(&running, "loop");
    let (first, second, third, ()) = tokio::join!(loops(), loops(), loops(), neighbours(&running));
    assert_eq!([first, second, third], [StatusCode::INTERNAL_SERVER_ERROR; 3]);
    assert_eq!(running.send("/bad", &[("x-do", "count")], "").await.body, "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_loop_is_answered_at_the_request_deadline() {
    let app = two().with(|config| config.limits.request_deadline = Duration::from_secs(1));
    let running = app.start().await;
    assert_eq!(misbehave(&running, "loop").await, StatusCode::GATEWAY_TIMEOUT);
    neighbours(&running).await;
    // A request that the stuck instance would have taken is answered too.
    assert_eq!(running.send("/bad", &[("x-do", "count")], "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_component_that_waits_too_long_is_504() {
    let app = App::single("").with(|config| config.limits.request_deadline = Duration::from_secs(1));
    let running = app.start().await;
    let answer = running.act("sleep", "60000").await;
    assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::GATEWAY_TIMEOUT, &"deadline_exceeded".into()));
    running.is_alive().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_memory_hog_is_500_and_the_server_lives() {
    let running = two().start().await;
    let (status, ()) = tokio::join!(misbehave(&running, "hog"), neighbours(&running));
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(running.send("/bad", &[("x-do", "count")], "").await.body, "1");
}

#[tokio::test]
async fn an_instance_is_reused_up_to_its_count() {
    let app = App::single("").with(|config| config.limits.instance_requests = 3);
    let running = app.start().await;
    let mut counts = Vec::new();
    for _ in 0..7 {
        counts.push(running.act("count", "").await.body);
    }
    assert_eq!(counts, ["1", "2", "3", "1", "2", "3", "1"]);
}

#[tokio::test]
async fn an_instance_that_waits_takes_further_requests_up_to_its_concurrency() {
    for (concurrency, count) in [(2, "2"), (1, "1")] {
        let app = App::single("").with(|config| config.limits.instance_concurrency = concurrency);
        let running = app.start().await;
        let mut waiting = TcpStream::connect(running.address).await.unwrap();
        let head = "POST / HTTP/1.1\r\nhost: a\r\nx-do: measure\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n";
        waiting.write_all(head.as_bytes()).await.unwrap();
        // Leave to send is given when the component begins to read, so it now waits.
        let mut leave = [0; 25];
        waiting.read_exact(&mut leave).await.unwrap();
        assert_eq!(&leave, b"HTTP/1.1 100 Continue\r\n\r\n");
        assert_eq!(running.act("count", "").await.body, count);
        waiting.write_all(b"abc").await.unwrap();
        let mut answer = [0; 12];
        waiting.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
    }
}

#[tokio::test]
async fn with_one_request_an_instance_nothing_is_shared() {
    let app = App::single("").with(|config| {
        config.limits.instance_requests = 1;
        config.limits.instance_concurrency = 1;
    });
    let running = app.start().await;
    let counts = futures_util::future::join_all((0..40).map(|_| running.act("count", ""))).await;
    let counts: BTreeSet<_> = counts.into_iter().map(|answer| answer.body).collect();
    assert_eq!(counts, BTreeSet::from(["1".to_string()]));
}

#[tokio::test]
async fn a_request_that_finds_no_place_in_time_is_503() {
    let app = App::single("").with(|config| {
        config.limits.component_requests = 1;
        config.limits.request_deadline = Duration::from_secs(1);
    });
    let running = app.start().await;
    let answers = futures_util::future::join_all((0..3).map(|_| running.act("sleep", "10000"))).await;
    assert_one_had_the_place(&answers);
    running.is_alive().await;
}

#[tokio::test]
async fn more_requests_than_there_are_places_wait_for_theirs() {
    let app = App::single("").with(|config| {
        config.limits.component_requests = 2;
        config.limits.instance_concurrency = 1;
    });
    let running = app.start().await;
    let answers = futures_util::future::join_all((0..10).map(|_| running.act("sleep", "10"))).await;
    assert!(answers.iter().all(|answer| answer.body == "slept"), "{answers:?}");
}

#[tokio::test]
async fn all_components_together_take_no_more_requests_than_the_host() {
    // Each has a place of its own, so that only the host can refuse.
    let app = components(&[("one", "/one"), ("two", "/two"), ("rest", "/...")]).with(|config| {
        config.limits.requests = NonZeroUsize::new(1);
        config.limits.request_deadline = Duration::from_secs(1);
    });
    let running = app.start().await;
    let answers = ["/one", "/two", "/three"].map(|path| running.send(path, &SLOW, ""));
    assert_one_had_the_place(&futures_util::future::join_all(answers).await);
    running.is_alive().await;
}

#[tokio::test]
async fn a_component_that_is_stuck_takes_half_of_the_hosts_requests_at_most() {
    let running = two().with(|config| config.limits.requests = NonZeroUsize::new(4)).start().await;
    let stuck = futures_util::future::join_all((0..8).map(|_| running.send("/bad", &SLOW, "")));
    tokio::select! {
        biased;
        answers = stuck => panic!("they were to take long: {answers:?}"),
        () = neighbours(&running) => {}
    }
}
