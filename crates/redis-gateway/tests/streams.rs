//! Subscriptions by Server-Sent Events.

mod common;

use common::{Rest, until};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

on_both_stores!(
    a_stream_says_what_it_listens_to_and_then_what_is_published,
    patterns_name_the_channel_that_matched,
    several_channels_share_one_stream,
    names_are_percent_decoded,
    payloads_are_raw_text_even_when_base64_is_asked_for,
    what_is_published_right_after_the_confirmation_is_never_lost,
    streams_do_not_disturb_each_other,
    a_stream_whose_reader_left_is_given_up,
    a_reader_that_stops_reading_is_cut_off_and_costs_others_nothing,
    an_idle_stream_says_that_it_is_alive,
    a_shutdown_ends_open_streams,
    messages_come_in_the_order_they_were_published_in,
);

async fn publish(rest: &Rest, channel: &str, payload: &str) -> i64 {
    rest.run(&["PUBLISH", channel, payload]).await.as_i64().unwrap()
}

async fn subscribers(rest: &Rest, channel: &str) -> i64 {
    rest.run(&["PUBSUB", "NUMSUB", channel]).await[1].as_i64().unwrap()
}

async fn a_stream_says_what_it_listens_to_and_then_what_is_published(rest: Rest) {
    let mut events = rest.listen("/subscribe/chat").await;
    assert_eq!(events.next().await.unwrap(), "data: subscribe,chat,1");
    assert_eq!(publish(&rest, "chat", "hello, world,1").await, 1);
    assert_eq!(rest.post("/publish/chat/second", "").await.json(), json!({"result": 1}));
    assert_eq!(publish(&rest, "other", "x").await, 0);
    assert_eq!(events.next().await.unwrap(), "data: message,chat,hello, world,1");
    assert_eq!(events.next().await.unwrap(), "data: message,chat,second");
}

async fn patterns_name_the_channel_that_matched(rest: Rest) {
    let mut events = rest.listen("/psubscribe/room:*").await;
    assert_eq!(events.next().await.unwrap(), "data: psubscribe,room:*,1");
    assert_eq!(publish(&rest, "room:7", "a,b").await, 1);
    assert_eq!(events.next().await.unwrap(), "data: pmessage,room:*,room:7,a,b");
}

async fn several_channels_share_one_stream(rest: Rest) {
    let mut events = rest.listen("/subscribe/a/b").await;
    assert_eq!(events.next().await.unwrap(), "data: subscribe,a,1");
    assert_eq!(events.next().await.unwrap(), "data: subscribe,b,2");
    publish(&rest, "b", "1").await;
    publish(&rest, "a", "2").await;
    assert_eq!(events.next().await.unwrap(), "data: message,b,1");
    assert_eq!(events.next().await.unwrap(), "data: message,a,2");
}

async fn names_are_percent_decoded(rest: Rest) {
    let mut events = rest.listen("/subscribe/%E4%BD%A0%20%2F").await;
    assert_eq!(events.next().await.unwrap(), "data: subscribe,你 /,1");
    publish(&rest, "你 /", "好").await;
    assert_eq!(events.next().await.unwrap(), "data: message,你 /,好");
}

async fn payloads_are_raw_text_even_when_base64_is_asked_for(rest: Rest) {
    let mut events = rest.listen("/subscribe/chat").await;
    events.next().await;
    let command = r#"["PUBLISH","chat","{\"a\":\"é\"}"]"#;
    let answer = rest.post_with("/", &[("upstash-encoding", "base64")], command).await;
    assert_eq!(answer.json(), json!({"result": 1}));
    assert_eq!(events.next().await.unwrap(), "data: message,chat,{\"a\":\"é\"}");
}

async fn what_is_published_right_after_the_confirmation_is_never_lost(rest: Rest) {
    for round in 0..20 {
        let channel = format!("c{round}");
        let mut events = rest.listen(&format!("/subscribe/{channel}")).await;
        events.next().await.unwrap();
        assert_eq!(publish(&rest, &channel, "x").await, 1, "round {round}");
        assert_eq!(events.next().await.unwrap(), format!("data: message,{channel},x"));
    }
}

async fn streams_do_not_disturb_each_other(rest: Rest) {
    let mut first = rest.listen("/subscribe/chat").await;
    let mut second = rest.listen("/subscribe/chat/more").await;
    let mut pattern = rest.listen("/psubscribe/ch*").await;
    for events in [&mut first, &mut second, &mut pattern] {
        events.next().await.unwrap();
    }
    second.next().await.unwrap();
    publish(&rest, "chat", "1").await;
    for (events, expected) in
        [(&mut first, "message,chat,1"), (&mut second, "message,chat,1"), (&mut pattern, "pmessage,ch*,chat,1")]
    {
        assert_eq!(events.next().await.unwrap(), format!("data: {expected}"));
    }
    drop(second);
    until("only the first is left", async || rest.run(&["PUBSUB", "CHANNELS"]).await == json!(["chat"])).await;
    publish(&rest, "chat", "2").await;
    assert_eq!(first.next().await.unwrap(), "data: message,chat,2");
    assert_eq!(pattern.next().await.unwrap(), "data: pmessage,ch*,chat,2");
}

async fn a_stream_whose_reader_left_is_given_up(rest: Rest) {
    let mut events = rest.listen("/subscribe/chat").await;
    events.next().await.unwrap();
    assert_eq!(subscribers(&rest, "chat").await, 1);
    drop(events);
    until("nobody listens", async || subscribers(&rest, "chat").await == 0).await;
}

async fn a_reader_that_stops_reading_is_cut_off_and_costs_others_nothing(rest: Rest) {
    let mut stuck = TcpStream::connect(rest.gateway.local_addr()).await.unwrap();
    let request =
        format!("POST /subscribe/chat HTTP/1.1\r\nhost: localhost\r\nauthorization: {}\r\n\r\n", common::TOKEN);
    stuck.write_all(request.as_bytes()).await.unwrap();
    until("the stuck reader listens", async || subscribers(&rest, "chat").await == 1).await;

    let mut other = rest.listen("/subscribe/watched").await;
    other.next().await.unwrap();
    let batch: Vec<_> = (0..500).map(|_| json!(["PUBLISH", "chat", "x".repeat(4096)])).collect();
    let batch = bytes::Bytes::from(serde_json::to_vec(&batch).unwrap());
    until("the stuck reader is cut off", async || {
        rest.post("/pipeline", batch.clone()).await;
        subscribers(&rest, "chat").await == 0
    })
    .await;
    publish(&rest, "watched", "still here").await;
    let mut next = other.next().await.unwrap();
    while next == ": ping" {
        next = other.next().await.unwrap();
    }
    assert_eq!(next, "data: message,watched,still here");
    drop(stuck);
}

async fn an_idle_stream_says_that_it_is_alive(rest: Rest) {
    let mut events = rest.listen("/subscribe/chat").await;
    events.next().await.unwrap();
    assert_eq!(events.next().await.unwrap(), ": ping", "a comment, which every parser skips");
}

async fn a_shutdown_ends_open_streams(rest: Rest) {
    let mut events = rest.listen("/subscribe/chat").await;
    events.next().await.unwrap();
    let Rest { gateway, redis, .. } = rest;
    gateway.shutdown().await;
    assert_eq!(events.next().await, None);
    drop(redis);
}

async fn messages_come_in_the_order_they_were_published_in(rest: Rest) {
    let mut events = rest.listen("/subscribe/chat").await;
    events.next().await.unwrap();
    let batch: Vec<_> = (0..500).map(|n| json!(["PUBLISH", "chat", n])).collect();
    rest.post("/pipeline", serde_json::to_vec(&batch).unwrap()).await;
    for n in 0..500 {
        assert_eq!(events.next().await.unwrap(), format!("data: message,chat,{n}"));
    }
}
