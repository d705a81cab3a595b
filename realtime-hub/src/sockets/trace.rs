//! The span of an event that a socket sent, which ends when it is answered.

use domain::{Code, Result, RoomId};
use serde_json::Value;
use traces::{Kind, Span, TraceParent, Tracer};

use super::worker::Answer;

/// A span for an event that is traced, inside the one that the client names. What it names badly is ignored.
pub(super) fn begin(tracer: &Tracer, event: &str, argument: Option<&Value>) -> Span {
    let name = match event {
        "send_message" if tracer.is_on() => "send_message",
        "join_room" if tracer.is_on() => "join_room",
        _ => return Span::default(),
    };
    let field = |name| argument?.get(name)?.as_str();
    let mut span = tracer.admit(name, Kind::Server, field(traces::HEADER).and_then(TraceParent::parse));
    if span.is_kept()
        && let Some(room) = field("roomId").or(argument.and_then(Value::as_str))
        && let Ok(room) = RoomId::parse(room)
    {
        span.set("roomtalk.room", room.alias());
    }
    span
}

/// How an event was answered.
pub(super) struct Outcome(Option<Code>);

impl Outcome {
    pub(super) fn of(answer: &Result<Answer>) -> Self {
        Self(answer.as_ref().err().map(|error| error.code))
    }

    /// Ends the span.
    pub(super) fn end(self, mut span: Span) {
        if !span.is_kept() {
            return;
        }
        let Some(code) = self.0 else { return span.set("roomtalk.outcome", "ok") };
        let code = serde_json::to_value(code).ok();
        let code = code.as_ref().and_then(Value::as_str).unwrap_or("internal").to_owned();
        span.set("roomtalk.outcome", code.clone());
        span.fail(code);
    }
}
