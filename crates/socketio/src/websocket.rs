//! Sessions by WebSocket: one task for each connection, which reads what comes and writes what waits.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::ready;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use sha1::{Digest, Sha1};
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::time::timeout;

use crate::engine::{Peer, Shared};
use crate::frame::{self, Decoder, Incoming, Violation};
use crate::packets::Packets;
use crate::refusal::Refusal;
use crate::session::{Session, Transport};

/// Most bytes read at once. The room for them is taken from the stack, so that a connection that waits has none.
const READ: usize = 8 * 1024;
/// Most queue entries in one write. A connection keeps room for them.
const WRITE: usize = 16;
/// How long an upgrade may take.
const UPGRADE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client may take for the last words, and for its own close frame.
const FAREWELL: Duration = Duration::from_secs(1);
/// What a server appends to a client's key (RFC 6455, 1.3).
const KEY_SUFFIX: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// The close frame's status for a server that goes away.
const GOING_AWAY: u16 = 1001;

/// Begins a session with a WebSocket.
pub(crate) fn open<B>(shared: &Arc<Shared>, peer: Peer, request: Request<B>) -> Result<Response<Full<Bytes>>, Refusal> {
    let (answer, upgrade) = accept(request)?;
    let session = shared.open(peer, Transport::WebSocket);
    shared.tasks.spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            Connection::new(session.clone(), upgraded).run().await;
        }
        session.close();
    });
    Ok(answer)
}

/// A session that began with long-polling goes on as a WebSocket.
pub(crate) fn upgrade<B>(session: Arc<Session>, request: Request<B>) -> Result<Response<Full<Bytes>>, Refusal> {
    let (answer, upgrade) = accept(request)?;
    if !session.change(Transport::Polling, Transport::Upgrading) {
        return Err(Refusal::BadRequest);
    }
    session.shared.tasks.clone().spawn(async move {
        let probed = timeout(UPGRADE_TIMEOUT, async {
            let mut connection = Connection::new(session.clone(), upgrade.await.ok()?);
            connection.probe().await.ok()?;
            Some(connection)
        });
        match probed.await {
            Ok(Some(connection)) if session.change(Transport::Upgrading, Transport::WebSocket) => {
                connection.run().await;
                session.close();
            }
            // It goes on by polling.
            _ => _ = session.change(Transport::Upgrading, Transport::Polling),
        }
    });
    Ok(answer)
}

/// The answer to a WebSocket handshake, and what comes after it.
fn accept<B>(mut request: Request<B>) -> Result<(Response<Full<Bytes>>, OnUpgrade), Refusal> {
    let headers = request.headers();
    let is = |name, value: &str| has_token(headers, name, value);
    let key = headers.get(SEC_WEBSOCKET_KEY).filter(|key| key.len() == 24);
    let (Some(key), true) = (key, is(UPGRADE, "websocket") && is(CONNECTION, "upgrade")) else {
        return Err(Refusal::BadRequest);
    };
    if request.method() != Method::GET || !is(SEC_WEBSOCKET_VERSION, "13") {
        return Err(Refusal::BadRequest);
    }
    let digest = Sha1::new().chain_update(key.as_bytes()).chain_update(KEY_SUFFIX).finalize();
    let accept = HeaderValue::from_str(&BASE64_STANDARD.encode(digest)).map_err(|_| Refusal::BadRequest)?;
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    Ok((response, hyper::upgrade::on(&mut request)))
}

fn has_token(headers: &HeaderMap, name: http::HeaderName, token: &str) -> bool {
    let values = headers.get_all(name);
    let mut tokens = values.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    tokens.any(|found| found.trim().eq_ignore_ascii_case(token))
}

struct Connection {
    session: Arc<Session>,
    io: TokioIo<Upgraded>,
    decoder: Decoder,
}

/// Why a connection ends.
enum End {
    /// The client went, or the network did, or the session was closed.
    Gone,
    /// It is told why.
    Status(u16),
}

impl From<io::Error> for End {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

impl From<Violation> for End {
    fn from(violation: Violation) -> Self {
        tracing::debug!(%violation, "closing a connection");
        Self::Status(violation.status())
    }
}

impl Connection {
    fn new(session: Arc<Session>, upgraded: Upgraded) -> Self {
        let decoder = Decoder::new(session.shared.config.max_payload);
        Self { session, io: TokioIo::new(upgraded), decoder }
    }

    /// The client shows that the WebSocket works, is told so, and says that it will use it.
    async fn probe(&mut self) -> Result<(), End> {
        self.expect("2probe").await?;
        let mut probed = Vec::new();
        frame::write(&mut probed, frame::TEXT, &[b"3probe"]);
        self.io.write_all(&probed).await?;
        // A poll that waits must end first.
        self.session.say(|encoder| encoder.text(&["6"]));
        self.expect("5").await
    }

    async fn expect(&mut self, text: &str) -> Result<(), End> {
        loop {
            match self.decoder.read()? {
                Some(Incoming::Text(found)) if found == text => return Ok(()),
                Some(_) => return Err(End::Gone),
                None => read(&mut self.io, &mut self.decoder).await?,
            }
        }
    }

    async fn run(mut self) {
        let Err(end) = self.talk().await;
        if let End::Status(status) = end {
            let farewell = async {
                let mut close = Vec::new();
                frame::write(&mut close, frame::CLOSE, &[&status.to_be_bytes()]);
                self.io.write_all(&close).await?;
                self.io.shutdown().await?;
                // What the client still sends must be read, or the kernel resets the connection before it has read why.
                while read(&mut self.io, &mut Decoder::new(0)).await.is_ok() {}
                Ok::<(), io::Error>(())
            };
            let _ = timeout(FAREWELL, farewell).await;
        }
    }

    async fn talk(&mut self) -> Result<std::convert::Infallible, End> {
        // What came in one piece with the end of the upgrade.
        self.hear()?;
        loop {
            tokio::select! {
                () = self.session.queue.ready() => self.write().await?,
                came = read(&mut self.io, &mut self.decoder) => {
                    came?;
                    self.hear()?;
                }
            }
        }
    }

    /// Writes what waits, as much as fits into one write.
    async fn write(&mut self) -> Result<(), End> {
        let queue = &self.session.queue;
        let packets = queue.take(WRITE);
        if packets.is_empty() && queue.is_ending() {
            return Err(if queue.is_closed() { End::Gone } else { End::Status(GOING_AWAY) });
        }
        tokio::select! {
            biased;
            written = write_all(&mut self.io, &packets) => written?,
            () = queue.closed() => return Err(End::Gone),
        }
        queue.sent(packets.iter().map(Packets::bytes).sum());
        Ok(())
    }

    fn hear(&mut self) -> Result<(), End> {
        while let Some(incoming) = self.decoder.read()? {
            match incoming {
                Incoming::Text(text) => self.session.message(text).map_err(|_| End::Gone)?,
                Incoming::Ping(payload) => self.session.say(|encoder| encoder.control(frame::PONG, payload)),
                // Attachments are no part of any event here.
                Incoming::Binary | Incoming::Pong => {}
                Incoming::Close => return Err(End::Status(1000)),
            }
        }
        Ok(())
    }
}

async fn write_all(io: &mut TokioIo<Upgraded>, packets: &[Packets]) -> io::Result<()> {
    if let [one] = packets {
        return io.write_all(one.frames()).await;
    }
    let mut slices = [IoSlice::new(&[]); WRITE];
    for (slice, packets) in slices.iter_mut().zip(packets) {
        *slice = IoSlice::new(packets.frames());
    }
    let mut slices = &mut slices[..packets.len()];
    while !slices.is_empty() {
        let written = io.write_vectored(slices).await?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        IoSlice::advance_slices(&mut slices, written);
    }
    Ok(())
}

/// Waits for bytes.
async fn read(io: &mut TokioIo<Upgraded>, decoder: &mut Decoder) -> Result<(), End> {
    let count = poll_fn(|cx| {
        let mut room = [const { MaybeUninit::uninit() }; READ];
        let mut buffer = ReadBuf::uninit(&mut room);
        ready!(Pin::new(&mut *io).poll_read(cx, &mut buffer))?;
        decoder.push(buffer.filled());
        std::task::Poll::Ready(Ok::<_, io::Error>(buffer.filled().len()))
    });
    if count.await? == 0 { Err(End::Gone) } else { Ok(()) }
}
