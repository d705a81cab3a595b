use std::sync::Mutex;

use bytes::Bytes;
use http_body_util::Full;
use hyper::service::service_fn;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::*;

struct Server {
    address: SocketAddr,
    /// Tells that a request has arrived.
    arrived: Arc<Notify>,
    /// Lets one answer go.
    answer: Arc<Notify>,
    /// Requests under way, and the most at once so far.
    under_way: Arc<Mutex<(usize, usize)>>,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

/// A server whose every answer waits for [`Server::answer`].
async fn server(limits: Limits) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (arrived, answer, stop) = (Arc::new(Notify::new()), Arc::new(Notify::new()), CancellationToken::new());
    let (coming, going) = (arrived.clone(), answer.clone());
    let under_way = Arc::new(Mutex::new((0, 0)));
    let counter = under_way.clone();
    let serving = tokio::spawn(serve(listener, limits, stop.clone(), move |tcp, _| {
        let (coming, going, counter) = (coming.clone(), going.clone(), counter.clone());
        let service = service_fn(move |_| {
            let (coming, going, counter) = (coming.clone(), going.clone(), counter.clone());
            async move {
                {
                    let (now, most) = &mut *counter.lock().unwrap();
                    *now += 1;
                    *most = (*now).max(*most);
                }
                coming.notify_one();
                going.notified().await;
                counter.lock().unwrap().0 -= 1;
                Ok(Response::new(Full::new(Bytes::from_static(b"done"))))
            }
        });
        (tcp, service, ())
    }));
    Server { address, arrived, answer, under_way, stop, serving }
}

fn limits() -> Limits {
    Limits {
        connections: 2,
        per_address: PerAddress::default(),
        header_timeout: Duration::from_secs(10),
        unread: Duration::from_secs(10),
        head_bytes: 16 * 1024,
        grace: Duration::from_secs(10),
    }
}

async fn request(address: SocketAddr) -> TcpStream {
    let mut tcp = TcpStream::connect(address).await.unwrap();
    tcp.write_all(b"GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n").await.unwrap();
    tcp
}

async fn answer(mut tcp: TcpStream) -> String {
    let mut text = String::new();
    tcp.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn a_request_under_way_is_answered_after_a_stop() {
    let server = server(limits()).await;
    let tcp = request(server.address).await;
    server.arrived.notified().await;
    server.stop.cancel();
    server.answer.notify_one();
    assert!(answer(tcp).await.ends_with("done"));
    server.serving.await.unwrap();
}

#[tokio::test]
async fn a_stop_ends_after_the_grace_even_when_a_request_does_not() {
    let server = server(Limits { grace: Duration::from_millis(50), ..limits() }).await;
    let stuck = request(server.address).await;
    server.arrived.notified().await;
    server.stop.cancel();
    server.serving.await.unwrap();
    assert_eq!(answer(stuck).await, "");
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_for_a_place() {
    let server = server(limits()).await;
    let first = request(server.address).await;
    server.arrived.notified().await;
    let second = request(server.address).await;
    server.arrived.notified().await;
    let third = request(server.address).await;
    for tcp in [first, second, third] {
        server.answer.notify_one();
        assert!(answer(tcp).await.ends_with("done"));
    }
    assert_eq!(*server.under_way.lock().unwrap(), (0, 2));
    server.stop.cancel();
    server.serving.await.unwrap();
}

#[tokio::test]
async fn an_address_with_too_many_connections_is_closed_and_can_come_again() {
    let per_address = PerAddress { most: 1, loopback: true, ..PerAddress::default() };
    let server = server(Limits { connections: 10, per_address, ..limits() }).await;
    let first = request(server.address).await;
    server.arrived.notified().await;
    let mut second = request(server.address).await;
    let mut left = Vec::new();
    // The end or a reset, as the kernel likes.
    let read = second.read_to_end(&mut left).await;
    assert!(left.is_empty(), "{read:?}");
    server.answer.notify_one();
    assert!(answer(first).await.ends_with("done"));
    loop {
        let mut again = request(server.address).await;
        tokio::select! {
            // The first one's end may not have been noticed yet.
            _ = again.read_u8() => {}
            () = server.arrived.notified() => {
                server.answer.notify_one();
                assert!(answer(again).await.ends_with("done"));
                break;
            }
        }
    }
    server.stop.cancel();
    server.serving.await.unwrap();
}

#[tokio::test]
async fn a_head_that_does_not_end_is_cut_off() {
    let server = server(Limits { header_timeout: Duration::from_millis(50), ..limits() }).await;
    let mut tcp = TcpStream::connect(server.address).await.unwrap();
    tcp.write_all(b"GET / HTTP/1.1\r\nhost: te").await.unwrap();
    let mut left = Vec::new();
    // An answer or none: either way the connection ends.
    tcp.read_to_end(&mut left).await.unwrap();
    server.stop.cancel();
    server.serving.await.unwrap();
}
