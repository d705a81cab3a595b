//! A store whose reads may come from a replica that is behind, played by a list of answers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use domain::{Code, ImageId};
use http::{Request, Response};
use store::{Cursor, PageRequest, Store, StoreConfig, Transport, TransportError};

use crate::world::{code, contents, unknown_room};

/// Gives the answers in turn, each with its place as the sync token, and keeps what was asked.
#[derive(Clone, Default)]
struct Replica {
    answers: Arc<Mutex<VecDeque<&'static str>>>,
    asked: Arc<Mutex<Vec<(String, String)>>>,
}

impl Transport for Replica {
    async fn send(&self, request: Request<Bytes>, _: Duration) -> Result<Response<Bytes>, TransportError> {
        let token = request.headers()["upstash-sync-token"].to_str().unwrap().to_owned();
        let mut asked = self.asked.lock().unwrap();
        asked.push((request.uri().path().to_owned(), token));
        let body = self.answers.lock().unwrap().pop_front().expect("one request too many");
        Ok(Response::builder().header("upstash-sync-token", asked.len().to_string()).body(body.into()).unwrap())
    }
}

fn replica(answers: &[&'static str]) -> (Replica, Store<Replica>) {
    let replica = Replica { answers: Arc::new(Mutex::new(answers.iter().copied().collect())), ..Replica::default() };
    let config = StoreConfig {
        url: "https://store.test".to_owned(),
        token: "t".to_owned(),
        history: 10,
        deadline: Duration::from_secs(5),
    };
    (replica.clone(), Store::new(replica, config))
}

const NOTHING: &str = r#"{"result":[]}"#;
/// 0-4 and 0-5, each `k message id x m {…"content":"4"…}`, in base64.
const FOUR: &str = r#"["MC00",["aw==","bWVzc2FnZQ==","aWQ=","eA==","bQ==","eyJpZCI6IngiLCJjbGllbnRJZCI6ImMiLCJjb250ZW50IjoiNCIsInJvb21JZCI6InIiLCJ0aW1lc3RhbXAiOiJ0IiwibWVzc2FnZVR5cGUiOiJ0ZXh0In0="]]"#;
const FIVE: &str = r#"["MC01",["aw==","bWVzc2FnZQ==","aWQ=","eA==","bQ==","eyJpZCI6IngiLCJjbGllbnRJZCI6ImMiLCJjb250ZW50IjoiNSIsInJvb21JZCI6InIiLCJ0aW1lc3RhbXAiOiJ0IiwibWVzc2FnZVR5cGUiOiJ0ZXh0In0="]]"#;

#[tokio::test]
async fn a_replica_behind_the_cursor_is_passed_over_for_the_leader() {
    let leader = format!(r#"[{{"result":[{FOUR},{FIVE}]}},{{"result":[{FIVE},{FOUR}]}}]"#);
    let (replica, store) = replica(&[NOTHING, leader.leak()]);
    let page = store.page(&unknown_room(), PageRequest::new(Cursor::After(4), 100)).await.unwrap();
    assert_eq!((contents(&page), page.recovered, page.latest_seq), (vec!["5".to_owned()], true, 5));
    let asked = replica.asked.lock().unwrap();
    assert_eq!(*asked, [("/".to_owned(), String::new()), ("/multi-exec".to_owned(), "1".to_owned())]);
}

#[tokio::test]
async fn a_reader_that_knows_of_more_asks_the_leader_at_once() {
    let newest = format!(r#"[{{"result":[{FIVE},{FOUR}]}}]"#);
    let after = format!(r#"[{{"result":[{FOUR},{FIVE}]}},{{"result":[{FIVE},{FOUR}]}}]"#);
    let (replica, store) = replica(&[newest.leak(), after.leak()]);
    for cursor in [Cursor::Newest, Cursor::After(4)] {
        let page = store.page(&unknown_room(), PageRequest::new(cursor, 100).at_leader()).await.unwrap();
        assert_eq!((page.recovered, page.latest_seq), (true, 5), "{cursor:?}");
    }
    let asked = replica.asked.lock().unwrap();
    assert!(asked.iter().all(|(path, _)| path == "/multi-exec"), "{asked:?}");
}

#[tokio::test]
async fn a_room_that_a_replica_does_not_have_yet_is_found_at_the_leader() {
    let leader = format!(r#"[{{"result":[{FIVE},{FOUR}]}}]"#);
    let (_, store) = replica(&[NOTHING, leader.leak()]);
    let page = store.page(&unknown_room(), PageRequest::new(Cursor::Newest, 100)).await.unwrap();
    assert_eq!(contents(&page), ["4", "5"]);

    let room = r#"[{"result":["bmFtZQ==","bg==","ZGVzY3JpcHRpb24=","","Y3JlYXRlZEF0","dA==","Y3JlYXRvcklk","Yw=="]}]"#;
    let (_, store) = replica(&[NOTHING, room]);
    assert_eq!(store.room(&unknown_room()).await.unwrap().unwrap().name, "n");

    let image = r#"[{"result":["aW1hZ2UvcG5n","MQ==","Mg==","Mw==","WVdKag=="]}]"#;
    let (_, store) = replica(&[r#"{"result":[null,null,null,null,null]}"#, image]);
    let image = store.image(&unknown_room(), &ImageId::of(b"x")).await.unwrap().unwrap();
    assert_eq!((image.meta.width, image.meta.height, image.data.as_ref()), (1, 2, b"abc".as_slice()));
}

#[tokio::test]
async fn what_the_leader_does_not_have_is_not_there() {
    let (_, store) = replica(&[NOTHING, r#"[{"result":[]},{"result":[]}]"#]);
    let error = store.page(&unknown_room(), PageRequest::new(Cursor::After(4), 100)).await.unwrap_err();
    assert_eq!(code(error), Code::RoomNotFound);
}

#[tokio::test]
async fn an_answer_of_another_shape_is_an_error_and_never_an_empty_page() {
    for answer in [r#"{"result":7}"#, r#"{"result":["MC00"]}"#, r#"{"result":[["bm8=",[]]]}"#, "", "[]", "<html>"] {
        let (_, store) = replica(&[answer]);
        let error = store.page(&unknown_room(), PageRequest::new(Cursor::Newest, 100)).await.unwrap_err();
        assert_eq!(code(error), Code::StoreUnavailable, "{answer}");
    }
}
