//! Sessions by long-polling: one request waits for packets, another brings some.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response};
use http_body::Body;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use tokio::time::timeout;

use crate::engine::{Peer, Shared};
use crate::packets;
use crate::refusal::Refusal;
use crate::session::{Session, Transport};

/// How long packets may take to come in.
const PATIENCE: Duration = Duration::from_secs(10);

/// A new session; the answer tells its id.
pub(crate) fn open(shared: &Arc<Shared>, peer: Peer) -> Response<Full<Bytes>> {
    let session = shared.open(peer, Transport::Polling);
    answer(&session)
}

/// Waits for packets.
pub(crate) async fn poll(session: &Arc<Session>) -> Result<Response<Full<Bytes>>, Refusal> {
    let Some(_turn) = session.request(true) else {
        session.close();
        return Err(Refusal::BadRequest);
    };
    if !session.is_upgrading() {
        session.queue.ready().await;
    }
    if session.queue.is_closed() {
        return Err(Refusal::UnknownSession);
    }
    let answer = answer(session);
    if session.queue.is_ending() {
        session.close();
    }
    Ok(answer)
}

/// Everything that waits.
fn answer(session: &Session) -> Response<Full<Bytes>> {
    let mut payload = Vec::new();
    for packets in session.queue.take(usize::MAX) {
        packets.write_payload(&mut payload);
        session.queue.sent(packets.bytes());
    }
    if payload.is_empty() {
        // The client waits for the poll's end before it goes on as a WebSocket.
        payload.push(b'6');
    }
    text(Bytes::from(payload))
}

/// Takes packets.
pub(crate) async fn post<B>(session: &Arc<Session>, body: B) -> Result<Response<Full<Bytes>>, Refusal>
where
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    let refusal = match session.request(false) {
        None => Refusal::BadRequest,
        Some(_turn) => {
            let body = Limited::new(body, session.shared.config.max_payload);
            match timeout(PATIENCE, body.collect()).await {
                Ok(Ok(body)) => match read(session, &body.to_bytes()) {
                    Ok(()) => return Ok(text(Bytes::from_static(b"ok"))),
                    Err(refusal) => refusal,
                },
                Ok(Err(error)) if error.is::<LengthLimitError>() => Refusal::TooLong,
                Ok(Err(_)) | Err(_) => Refusal::BadRequest,
            }
        }
    };
    session.close();
    Err(refusal)
}

fn read(session: &Arc<Session>, payload: &[u8]) -> Result<(), Refusal> {
    let payload = std::str::from_utf8(payload).map_err(|_| Refusal::BadRequest)?;
    for packet in packets::split(payload) {
        // Bytes come as base64 after a `b`; no event has any.
        if !packet.starts_with('b') {
            session.message(packet).map_err(|_| Refusal::BadRequest)?;
        }
    }
    Ok(())
}

fn text(body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=UTF-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
