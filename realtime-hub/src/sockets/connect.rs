//! From a handshake to a working socket.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::{Code, Error, payload};
use serde_json::Value;
use socketioxide::adapter::LocalAdapter;
use socketioxide::extract::{SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use socketioxide::layer::SocketIoLayer;
use socketioxide::{ParserConfig, SocketIo, TransportType};
use tokio::sync::oneshot;

use super::inbox::inbox;
use super::queue::QUEUE_PACKETS;
use super::register::{self, Registration};
use super::wire::Wire;
use super::worker::Worker;
use crate::http::{Client, Line};
use crate::hub::Shared;

/// Most bytes in one frame from a client: the longest message has 16 000 characters, and a client that writes JSON in ASCII
/// needs 12 bytes for an emoji, so half of this would refuse what the contract allows.
const FRAME_BYTES: usize = 256 * 1024;

/// How long a session may stay without a socket.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// The Socket.IO engine, with v0.4's heartbeat. Call [`serve`] once the hub exists.
pub(crate) fn engine() -> (SocketIoLayer, SocketIo) {
    SocketIo::builder()
        .req_path("/socket.io")
        .ping_interval(Duration::from_secs(25))
        .ping_timeout(Duration::from_mins(1))
        .connect_timeout(CONNECT_TIMEOUT)
        .max_payload(FRAME_BYTES as u64)
        .ws_max_message_size(FRAME_BYTES)
        .ws_max_frame_size(FRAME_BYTES)
        .ws_read_buffer_size(4096)
        .max_buffer_size(QUEUE_PACKETS)
        // No event has attachments; a client that sends some gets its answer like for any other wrong field.
        .with_parser(ParserConfig::common().max_incoming_binaries(16).max_incoming_binary_buf_size(FRAME_BYTES))
        .build_layer()
}

/// What the connect handler finds: releases the worker once the client knows that it is connected.
#[derive(Clone)]
struct Start(Arc<Mutex<Option<oneshot::Sender<()>>>>);

/// Serves the engine's sockets.
///
/// All of a socket's handlers are set in the middleware, before the engine accepts the socket: it drops events that come
/// before a handler is set.
pub(crate) fn serve(hub: &Shared) {
    let connected = async |socket: SocketRef| {
        if let Some(Start(start)) = socket.extensions.get::<Start>()
            && let Some(start) = crate::lock(&start).take()
        {
            let _ = start.send(());
        }
    };
    let state = hub.clone();
    let middleware = async move |socket: SocketRef, TryData(auth): TryData<Value>| prepare(&state, &socket, auth.ok());
    hub.io.ns("/", connected.with(middleware));
}

/// Registers the socket by its handshake, and starts its worker. An error is the client's `connect_error`.
fn prepare(hub: &Shared, socket: &SocketRef, auth: Option<Value>) -> Result<(), Refusal> {
    if hub.stopping.is_cancelled() {
        return Err(Refusal(Error::new(Code::StoreUnavailable, "This hub is stopping; connect again")));
    }
    let registration = auth.and_then(|auth| payload::handshake(&auth).transpose()).transpose();
    let registration = registration.and_then(|wish| wish.map(|wish| register::admit(hub, wish)).transpose());
    let registration: Option<Registration> = registration.map_err(Refusal)?;

    let sid = socket.id.to_string();
    let queue = hub.queues.open(&sid);
    if socket.transport_type() == TransportType::Websocket
        && let Some(line) = socket.req_parts().extensions.get::<Line>()
    {
        queue.attach(line.clone());
    }
    let wire = Wire::new(socket.clone(), queue, hub.queues.clone(), hub.metrics.clone());
    let (inbox, calls) = inbox(wire.clone());
    socket.on_fallback(inbox);
    let (start, started) = oneshot::channel();
    socket.extensions.insert(Start(Arc::new(Mutex::new(Some(start)))));
    let gone = wire.clone();
    socket.on_disconnect(async move |_: SocketRef<LocalAdapter>| gone.end());
    let address = socket.req_parts().extensions.get::<Client>().map(|client| client.0);
    let worker = Worker::new(hub.clone(), wire, calls, address);
    hub.tasks.spawn(worker.run(started, registration));
    Ok(())
}

/// A refusal as the message of a `connect_error`: code, colon, sentence.
struct Refusal(Error);

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let code = serde_json::to_value(self.0.code).ok();
        let code = code.as_ref().and_then(Value::as_str).unwrap_or("internal");
        write!(f, "{code}: {}", self.0.message)
    }
}
