//! One client's session: what it is in, and what its packets mean.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::time::Instant;

use crate::engine::{Peer, Shared};
use crate::events::{Events, Inbox};
use crate::heartbeat::{Due, Heartbeat};
use crate::lock;
use crate::packet::Packet;
use crate::packets::{Encoder, Packets};
use crate::queue::{Push, Queue};
use crate::socket::Socket;

/// By what a session's packets travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Polling,
    /// By polling, until the WebSocket has proved that it works.
    Upgrading,
    WebSocket,
}

/// A session. It lives until [`Session::close`].
pub(crate) struct Session {
    /// What clients name it by; a key to it, so it is in no log.
    pub(crate) sid: Box<str>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) queue: Queue,
    peer: Peer,
    state: Mutex<State>,
}

struct State {
    transport: Transport,
    /// A poll waits for packets.
    polled: bool,
    /// A request brings packets.
    posted: bool,
    heartbeat: Heartbeat,
    socket: Option<(Socket, Arc<Inbox>)>,
}

/// The session broke the rules, and must end.
#[derive(Debug)]
pub(crate) struct Broken;

/// One of a session's two requests by long-polling is under way; there may be no second one.
pub(crate) struct Request<'a> {
    session: &'a Session,
    polls: bool,
}

impl Drop for Request<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.session.state);
        *(if self.polls { &mut state.polled } else { &mut state.posted }) = false;
    }
}

impl Session {
    pub(crate) fn new(sid: String, shared: Arc<Shared>, peer: Peer, transport: Transport) -> Self {
        let queue = Queue::new(shared.config.max_unread, shared.backlog.clone());
        let heartbeat = Heartbeat::new(Instant::now());
        let state = State { transport, polled: false, posted: false, heartbeat, socket: None };
        Self { sid: sid.into(), shared, queue, peer, state: Mutex::new(state) }
    }

    /// Whether its packets travel by WebSocket; then a poll that comes late is refused and changes nothing.
    pub(crate) fn is_websocket(&self) -> bool {
        lock(&self.state).transport == Transport::WebSocket
    }

    /// `None`: there is such a request already.
    pub(crate) fn request(&self, polls: bool) -> Option<Request<'_>> {
        let mut state = lock(&self.state);
        let under_way = if polls { &mut state.polled } else { &mut state.posted };
        let is_second = std::mem::replace(under_way, true);
        // Made only if it is given: its end takes the mark away, which is the first one's.
        (!is_second).then(|| Request { session: self, polls })
    }

    pub(crate) fn is_upgrading(&self) -> bool {
        lock(&self.state).transport == Transport::Upgrading
    }

    /// Goes on from one transport to the next. False: it is not in the first.
    pub(crate) fn change(&self, from: Transport, to: Transport) -> bool {
        let mut state = lock(&self.state);
        let is = state.transport == from;
        if is {
            state.transport = to;
        }
        is
    }

    /// An Engine.IO packet of the client.
    pub(crate) fn message(self: &Arc<Self>, text: &str) -> Result<(), Broken> {
        match text.as_bytes().first() {
            Some(b'4') => self.packet(Packet::parse(&text[1..]).ok_or(Broken)?),
            Some(b'3') => {
                lock(&self.state).heartbeat.pong(Instant::now());
                Ok(())
            }
            Some(b'1') => {
                self.close();
                Ok(())
            }
            // The end of an upgrade that has ended, and nothing.
            Some(b'5' | b'6') => Ok(()),
            _ => Err(Broken),
        }
    }

    fn packet(self: &Arc<Self>, packet: Packet) -> Result<(), Broken> {
        match packet {
            Packet::Connect(auth) => self.connect(auth),
            Packet::Elsewhere(namespace) => {
                let refusal = json!({"message": "Invalid namespace"}).to_string();
                self.say(|encoder| encoder.text(&["44", namespace, ",", &refusal]));
                Ok(())
            }
            Packet::Disconnect => {
                self.disconnected(None);
                Ok(())
            }
            Packet::Event { text, ack } => self.event(text, ack),
            Packet::Nothing => Ok(()),
        }
    }

    fn connect(self: &Arc<Self>, auth: Option<&str>) -> Result<(), Broken> {
        if lock(&self.state).socket.is_some() {
            return Err(Broken);
        }
        let Some(app) = self.shared.app.get() else { return Err(Broken) };
        let start = match app.connect(auth, self.peer.address) {
            Ok(start) => start,
            Err(sentence) => {
                let refusal = json!({"message": sentence}).to_string();
                self.say(|encoder| encoder.text(&["44", &refusal]));
                return Ok(());
            }
        };
        let sid = self.shared.new_id();
        // Before anything that is sent to the socket.
        self.say(|encoder| encoder.text(&["40{\"sid\":\"", &sid, "\"}"]));
        let socket = Socket::new(self.shared.new_number(), self.clone());
        let inbox = Inbox::new(self.shared.config.max_unserved, self.shared.backlog.clone());
        {
            let mut state = lock(&self.state);
            state.heartbeat.connected();
            state.socket = Some((socket.clone(), inbox.clone()));
        }
        start(socket, Events::new(inbox));
        if self.queue.is_closed() {
            // It was closed meanwhile.
            self.disconnected(None);
        }
        Ok(())
    }

    fn event(&self, text: &str, ack: Option<u64>) -> Result<(), Broken> {
        let socket = lock(&self.state).socket.clone();
        let Some((socket, inbox)) = socket else {
            // Events may still be on their way when the socket has been told to go.
            return Ok(());
        };
        let app = self.shared.app.get();
        if let Some(answer) = app.and_then(|app| app.at_once(text)) {
            socket.ack(ack, &[answer]);
            return Ok(());
        }
        let fits = inbox.push(text, ack);
        self.shared.relieve();
        if fits {
            return Ok(());
        }
        tracing::info!("closing a session that sends faster than it is served");
        Err(Broken)
    }

    /// The session has no socket any more; with a number, only if it is that one.
    pub(crate) fn disconnected(&self, number: Option<u64>) {
        let mut state = lock(&self.state);
        let socket = state.socket.take_if(|(socket, _)| number.is_none_or(|number| number == socket.number()));
        drop(state);
        if let Some((socket, inbox)) = socket {
            socket.end();
            inbox.end();
        }
    }

    pub(crate) fn say(&self, encode: impl FnOnce(&mut Encoder)) {
        let mut encoder = Encoder::default();
        encode(&mut encoder);
        self.send(&encoder.finish(&self.shared.backlog));
    }

    /// Puts packets into the queue. A session that passes its limit by them is closed, and its client comes back.
    pub(crate) fn send(&self, packets: &Packets) {
        match self.queue.push(packets) {
            Push::Taken => self.shared.relieve(),
            Push::Closed => {}
            Push::Full => {
                self.shared.count_slow(1);
                tracing::info!("closing a session that does not read");
                self.close();
            }
        }
    }

    /// Does what is due by the clock.
    pub(crate) fn beat(&self, now: Instant) {
        let due = lock(&self.state).heartbeat.due(now, &self.shared.config);
        match due {
            None => {}
            Some(Due::Ping) => self.say(|encoder| encoder.text(&["2"])),
            Some(Due::End) => _ = self.close(),
        }
    }

    /// What waits for it, in both directions, in bytes.
    pub(crate) fn waiting(&self) -> u64 {
        let unserved = lock(&self.state).socket.as_ref().map_or(0, |(_, inbox)| inbox.waiting());
        self.queue.waiting() + unserved
    }

    /// Ends in good order: what waits goes out, then the client is told that the transport closes, upon which it connects
    /// again.
    pub(crate) fn finish(&self) {
        self.say(|encoder| encoder.text(&["1"]));
        self.queue.finish();
        self.disconnected(None);
    }

    /// Ends as a broken network would: the client connects again. False: it had ended.
    pub(crate) fn close(&self) -> bool {
        let first = self.queue.close();
        self.shared.sessions.remove(&self.sid);
        self.disconnected(None);
        first
    }
}
