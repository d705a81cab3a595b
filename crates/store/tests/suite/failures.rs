//! What a failure leaves behind, and what it tells.

use std::time::Duration;

use domain::{Code, NewRoom};
use store::{Cursor, Error, PageRequest, ReqwestTransport, Store, StoreConfig, StreamError};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use crate::world::{NOW, World, client, code, on_every_store};

on_every_store! {
    async fn a_log_of_another_type_fails_the_append_and_leaves_no_mark(world: &World) {
        let room = world.room().await;
        world.command(&["SET", &format!("room:{{{room}}}:log"), "not a stream"]).await;
        let keys = world.keys().await;
        let error = world.store.append(&world.draft(&room, "x"), NOW).await.unwrap_err();
        assert!(matches!(&error, Error::Unavailable(text) if text.contains("WRONGTYPE")), "{error}");
        assert_eq!(world.keys().await, keys);
    }

    async fn a_failure_after_the_append_is_unknown(world: &World) {
        let room = world.room().await;
        world.command(&["SET", "rooms", "not a sorted set"]).await.text().unwrap();
        let new = NewRoom::new(client("ada"), "x", "").unwrap();
        assert!(matches!(world.store.create_room(&new, NOW).await, Err(Error::OutcomeUnknown(_))));
        assert_eq!(world.store.append(&world.draft(&room, "x"), NOW).await.unwrap().message.seq, 2);
    }

    async fn a_lost_answer_is_unknown_and_a_retry_finds_the_message(world: &World) {
        let room = world.room().await;
        let draft = world.draft(&room, "once");
        // The store knows the script, so that the one request carries the message.
        world.fill(&room, 1).await;
        world.requests.lose_answers(true);
        let error = world.store.append(&draft, NOW).await.unwrap_err();
        assert_eq!(code(error), Code::OutcomeUnknown);
        let error = world.store.page(&room, PageRequest::new(Cursor::Newest, 1)).await.unwrap_err();
        assert_eq!(code(error), Code::StoreUnavailable, "a read changes nothing");
        world.requests.lose_answers(false);
        assert!(world.store.append(&draft, NOW).await.unwrap().repeated);
        assert_eq!(world.contents(&room).await, ["0", "once"]);
    }

    async fn a_wrong_token_is_unavailable(world: &World) {
        let config = StoreConfig { token: "wrong".to_owned(), ..world.config.clone() };
        let store = Store::new(ReqwestTransport::new().unwrap(), config);
        let room = world.room().await;
        let error = store.append(&world.draft(&room, "x"), NOW).await.unwrap_err();
        assert!(matches!(&error, Error::Unavailable(text) if text.contains("WRONGPASS")), "{error}");
        assert!(matches!(store.subscribe().await, Err(Error::Unavailable(_))));
    }
}

fn store_at(url: String, deadline: Duration) -> Store<ReqwestTransport> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = StoreConfig { url, token: "t".to_owned(), history: 10, deadline };
    Store::new(ReqwestTransport::new().unwrap(), config)
}

fn new_room() -> NewRoom {
    NewRoom::new(client("ada"), "x", "").unwrap()
}

#[tokio::test]
async fn a_store_that_is_full_refuses_and_nothing_is_written() {
    let world = World::redis().await;
    let room = world.room().await;
    world.fill(&room, 1).await;
    let redis = world.redis.as_ref().unwrap();
    assert_eq!(redis.say("CONFIG SET maxmemory 1").await, "+OK\r\n");
    let keys = world.keys().await;
    let draft = world.draft(&room, "x");
    assert!(matches!(world.store.append(&draft, NOW).await, Err(Error::Unavailable(_))));
    assert!(matches!(world.store.create_room(&new_room(), NOW).await, Err(Error::Unavailable(_))));
    assert_eq!(world.keys().await, keys, "no mark, no room");
    assert_eq!(world.contents(&room).await, ["0"], "reads go on");

    assert_eq!(redis.say("CONFIG SET maxmemory 0").await, "+OK\r\n");
    assert!(!world.store.append(&draft, NOW).await.unwrap().repeated);
}

#[tokio::test]
async fn a_redis_server_that_is_gone_is_unavailable() {
    let mut world = World::redis().await;
    let room = world.room().await;
    let draft = world.draft(&room, "x");
    world.redis.as_mut().unwrap().kill();
    let gone = async || loop {
        // The first request may find the connection broken after it was sent.
        match world.store.append(&draft, NOW).await.unwrap_err() {
            Error::OutcomeUnknown(_) => {}
            error => return error,
        }
    };
    let error = tokio::time::timeout(Duration::from_mins(1), gone()).await.unwrap();
    assert!(matches!(error, Error::Unavailable(_)), "{error}");
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_unavailable() {
    let port = testing::Port::claim();
    let store = store_at(format!("http://127.0.0.1:{}", port.number()), Duration::from_secs(30));
    assert!(matches!(store.create_room(&new_room(), NOW).await, Err(Error::Unavailable(_))));
    assert!(matches!(store.status().await, Err(Error::Unavailable(_))));
    assert!(matches!(store.subscribe().await, Err(Error::Unavailable(_))));
}

#[tokio::test]
async fn a_store_that_never_answers_ends_at_the_deadline() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let store = store_at(url, Duration::from_millis(200));
    // The listener's queue takes the connections; nobody answers.
    assert!(matches!(store.create_room(&new_room(), NOW).await, Err(Error::OutcomeUnknown(_))));
    assert!(matches!(store.status().await, Err(Error::Unavailable(_))));
    assert!(matches!(store.subscribe().await, Err(Error::Unavailable(_))));
}

#[tokio::test]
async fn an_answer_cut_short_is_unknown() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let store = store_at(format!("http://{}", listener.local_addr().unwrap()), Duration::from_secs(30));
    let server = tokio::spawn(async move {
        for answer in [
            "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"result\":",
            "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"result\":",
            "HTTP/1.1 504 Gateway Timeout\r\ncontent-length: 0\r\n\r\n",
            "",
        ] {
            let (mut tcp, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 64 * 1024];
            let _ = tcp.read(&mut request).await.unwrap();
            tokio::io::AsyncWriteExt::write_all(&mut tcp, answer.as_bytes()).await.unwrap();
            tokio::io::AsyncWriteExt::shutdown(&mut tcp).await.unwrap();
        }
    });
    for _ in 0..4 {
        let result = store.create_room(&new_room(), NOW).await;
        assert!(matches!(result, Err(Error::OutcomeUnknown(_))), "{result:?}");
    }
    server.await.unwrap();
}

#[tokio::test]
async fn a_quota_or_a_throttle_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let store = store_at(format!("http://{}", listener.local_addr().unwrap()), Duration::from_secs(30));
    let quota = r#"{"error":"ERR max requests limit exceeded. Limit: 500000, Usage: 500000."}"#;
    let answers = [format!("400 Bad Request\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{quota}", quota.len())]
        .into_iter()
        .chain(
            ["429 Too Many Requests", "500 Internal Server Error", "503 Service Unavailable"]
                .map(|status| format!("{status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")),
        );
    let answers: Vec<_> = answers.collect();
    let count = answers.len();
    let server = tokio::spawn(async move {
        for answer in answers {
            let (mut tcp, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 64 * 1024];
            let _ = tcp.read(&mut request).await.unwrap();
            let answer = format!("HTTP/1.1 {answer}");
            tokio::io::AsyncWriteExt::write_all(&mut tcp, answer.as_bytes()).await.unwrap();
        }
    });
    for _ in 0..count {
        let result = store.create_room(&new_room(), NOW).await;
        assert!(matches!(result, Err(Error::Unavailable(_))), "{result:?}");
    }
    server.await.unwrap();
}

#[tokio::test]
async fn an_address_that_cannot_work_is_told_by_every_operation() {
    let store = store_at("redis://127.0.0.1:6379".to_owned(), Duration::from_secs(1));
    let error = store.status().await.unwrap_err();
    assert!(matches!(&error, Error::Unavailable(text) if text.contains("http(s)://")), "{error}");
}

#[tokio::test]
async fn a_stream_that_the_store_ends_says_so() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let store = store_at(format!("http://{}", listener.local_addr().unwrap()), Duration::from_secs(30));
    let server = tokio::spawn(async move {
        let (mut tcp, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 64 * 1024];
        let _ = tcp.read(&mut request).await.unwrap();
        let answer = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n\
                      : ping\n\ndata: subscribe,events,1\n\ndata: message,events,{\"kind\":\"beat\",\"hubId\":\"h\"}\n\n";
        tokio::io::AsyncWriteExt::write_all(&mut tcp, answer.as_bytes()).await.unwrap();
    });
    let mut events = store.subscribe().await.unwrap();
    assert!(matches!(events.next().await, Ok(store::Event::Beat { .. })));
    assert!(matches!(events.next().await, Err(StreamError::Ended(_))));
    server.await.unwrap();
}
