//! One socket's worker: takes the client's events one by one and answers each.

use std::net::IpAddr;
use std::time::Duration;

use domain::{ClientId, Code, Error, Result, RoomId, payload};
use serde::Serialize;
use serde_json::value::RawValue;
use socketio::{Event, Events, Socket};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use traces::scope;

use super::json::{Ack, Json, json};
use super::register::Registration;
use super::trace;
use crate::hub::Shared;
use crate::limiter::EventBucket;
use crate::unix_millis;

/// How long the messages of a socket that is gone may take to be stored.
const LAST_WORDS: Duration = Duration::from_secs(10);
/// How long the refusal of one event too many takes.
const PENALTY: Duration = Duration::from_millis(50);
/// Time for a client to go by itself before its connection is cut.
const DISMISSAL: Duration = Duration::from_secs(2);

/// A socket and what it is at the moment.
pub(super) struct Worker {
    pub(super) hub: Shared,
    pub(super) socket: Socket,
    pub(super) client: Option<ClientId>,
    pub(super) room: Option<RoomId>,
    /// Where its events come from.
    pub(super) address: Option<IpAddr>,
    events: EventBucket,
}

/// What goes into an ack.
pub(super) enum Answer {
    /// One argument.
    One(Json),
    /// v0.4's own answer, and the result that v0.4 did not have.
    Two(Json, Json),
    /// It was given already.
    Given,
}

/// The result of an event without a content of its own.
#[derive(Serialize)]
struct Done {
    ok: bool,
}

/// `{ok: false, error, code, field?, retryAfter?}`.
#[derive(Serialize)]
struct Failed<'a> {
    ok: bool,
    #[serde(flatten)]
    error: &'a Error,
}

/// v0.4's `error` event, with the code.
#[derive(Serialize)]
struct Complaint<'a> {
    message: &'a str,
    code: Code,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(rename = "retryAfter", skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

/// v0.4's sentence for an event that needs a registered socket.
pub(super) fn not_registered() -> Error {
    Error::new(Code::NotRegistered, "You are not registered")
}

pub(super) fn done() -> Json {
    json(&Done { ok: true })
}

pub(super) fn failed(error: &Error) -> Json {
    json(&Failed { ok: false, error })
}

impl Worker {
    pub(super) fn new(hub: Shared, socket: Socket, address: Option<IpAddr>) -> Self {
        let events = hub.limiter.events();
        Self { hub, socket, client: None, room: None, address, events }
    }

    /// Works until the socket is gone.
    pub(super) async fn run(mut self, events: Events, registration: Option<Registration>) {
        self.hub.metrics.sockets.up();
        if let Some(registration) = registration {
            self.registered_by_handshake(registration).await;
        }
        self.work(&events).await;
        self.leave_room().await;
        if let Some(client) = &self.client {
            self.hub.clients.remove(client, &self.socket);
        }
        self.hub.metrics.sockets.down();
    }

    async fn work(&mut self, events: &Events) {
        let deadline = Instant::now() + self.hub.registration;
        let stopping = self.hub.stopping.clone();
        loop {
            let event = tokio::select! {
                biased;
                () = events.gone() => return self.finish(events).await,
                () = stopping.cancelled() => return,
                event = events.next() => event,
                () = sleep_until(deadline), if self.client.is_none() => {
                    self.complain(&Error::new(Code::NotRegistered, "The socket was not registered in time"));
                    self.socket.disconnect();
                    sleep(DISMISSAL).await;
                    self.socket.lose();
                    return;
                }
            };
            let Some(event) = event else { return };
            // Most sockets say nothing most of the time, and need no room meanwhile for what an event takes.
            Box::pin(self.handle(event)).await;
        }
    }

    /// The socket is gone: it leaves its room at once, and what it said before still counts.
    async fn finish(&mut self, events: &Events) {
        self.leave_room().await;
        let rest = async {
            while let Some(event) = events.next().await {
                if payload::event(&event.text).is_some_and(|(name, _)| name == "send_message") {
                    Box::pin(self.handle(event)).await;
                }
            }
        };
        if timeout(LAST_WORDS, rest).await.is_err() {
            tracing::info!("messages of a socket that is gone were dropped; none of them was acknowledged");
        }
    }

    async fn handle(&mut self, event: Event) {
        let ack = Ack::new(self.socket.clone(), event.ack);
        let (event, args) = match payload::event(&event.text) {
            Some((event, args)) => (event, Some(args)),
            None => (String::new(), None),
        };
        let argument = args.as_ref().and_then(|args| args.first());
        let span = trace::begin(&self.hub.tracer, &event, argument);
        let answer = match &args {
            Some(_) => scope(span.context(), self.answer(&event, argument, &ack)).await,
            None => Err(Error::new(Code::MalformedJson, "The event is not a JSON array with a name")),
        };
        let outcome = trace::Outcome::of(&answer);
        match answer {
            Ok(Answer::One(result)) => ack.one(&result),
            Ok(Answer::Two(value, result)) => ack.two(&value, &result),
            Ok(Answer::Given) => {}
            Err(error) => {
                if error.code == Code::RateLimited {
                    self.hub.metrics.rate_limited.add(1);
                    // Whoever floods waits, and its socket with it, so that refusing costs the others next to nothing.
                    sleep(PENALTY).await;
                }
                self.complain(&error);
                let failed = failed(&error);
                match event.as_str() {
                    // v0.4's clients take the first argument for the room's id, or the room.
                    "create_room" | "get_room_by_id" => ack.two(RawValue::NULL, &failed),
                    _ => ack.one(&failed),
                }
            }
        }
        outcome.end(span);
    }

    async fn answer(&mut self, event: &str, argument: Option<&serde_json::Value>, ack: &Ack) -> Result<Answer> {
        if event != "send_message" {
            self.events.take(unix_millis())?;
        }
        match event {
            "register" => self.on_register(argument, ack).await,
            "get_rooms" => self.on_get_rooms().await,
            "create_room" => self.on_create_room(argument).await,
            "get_room_by_id" => self.on_get_room_by_id(argument).await,
            "join_room" => self.on_join_room(argument, ack).await,
            "leave_room" => self.on_leave_room(argument).await,
            "get_room_messages" => self.on_get_room_messages(argument).await,
            "send_message" => self.on_send_message(argument).await,
            // Mostly the inbox has answered it already.
            "set_username" => Ok(Answer::One(done())),
            _ => Err(Error::new(Code::NotFound, "Unknown event")),
        }
    }

    /// The client, if the socket is registered.
    pub(super) fn registered(&self) -> Result<ClientId> {
        self.client.clone().ok_or_else(not_registered)
    }

    /// Emits v0.4's `error`.
    pub(super) fn complain(&self, error: &Error) {
        let Error { message, code, field, retry_after } = error;
        let complaint = Complaint { message, code: *code, field: field.as_deref(), retry_after: *retry_after };
        self.socket.emit("error", json(&complaint).get());
    }
}
