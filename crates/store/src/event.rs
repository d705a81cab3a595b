//! What travels on the channel `events`.

use std::sync::Arc;

use domain::{Message, Room};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use traces::TraceParent;

/// A message's JSON as the store gave it, shared instead of copied. It serializes as itself, without being encoded again.
pub type RawJson = Arc<RawValue>;

/// One line of JSON on the channel.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[allow(clippy::large_enum_variant, reason = "most events are messages")]
pub enum Event {
    /// A message was appended.
    Message {
        /// Its room.
        room_id: String,
        /// Its place in the room's log.
        seq: u64,
        /// The message, with its seq.
        message: Message,
        /// The same message as it stood in the line.
        #[serde(skip)]
        json: RawJson,
        /// The span that the append belongs to, where it is traced.
        #[serde(rename = "traceparent", skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
        trace: Option<TraceParent>,
    },
    /// A client created a room.
    Room {
        /// The creator.
        client_id: String,
        /// The room.
        room: Room,
    },
    /// A client came to a room on a hub, or left it there.
    Presence {
        /// The room.
        room_id: String,
        /// The hub that holds the client's socket.
        hub_id: String,
        /// The client.
        client_id: String,
        /// `join` or `leave`.
        action: Action,
    },
    /// A hub is alive.
    Beat {
        /// Which.
        hub_id: String,
        /// The layout of the data that it writes. Hubs before the first that told it write layout 1.
        #[serde(skip_serializing_if = "Option::is_none")]
        layout: Option<u64>,
    },
    /// A kind that this version does not know. One that belongs to a room's log names the room and its seq, so that
    /// readers can count it.
    Unknown {
        /// The room, if the event names one.
        room_id: Option<String>,
        /// Its place in the room's log, if the event names one.
        seq: Option<u64>,
    },
}

/// What a presence event tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The client came.
    Join,
    /// The client left.
    Leave,
}

/// The fields of all kinds. The derived reader of a tagged enum would buffer the whole line and lose the raw message.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    kind: String,
    room_id: Option<String>,
    seq: Option<u64>,
    message: Option<Box<RawValue>>,
    client_id: Option<String>,
    room: Option<Room>,
    hub_id: Option<String>,
    action: Option<Action>,
    layout: Option<u64>,
    /// Whatever stands there: what can't be read is ignored.
    traceparent: Option<Box<RawValue>>,
}

#[expect(clippy::ref_option, reason = "serde's signature")]
fn as_text<S: serde::Serializer>(trace: &Option<TraceParent>, serializer: S) -> Result<S::Ok, S::Error> {
    trace.as_ref().map(ToString::to_string).serialize(serializer)
}

impl Event {
    /// Reads one line of the channel.
    pub fn parse(line: &str) -> serde_json::Result<Self> {
        serde_json::from_str(line)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;

        fn need<T, E: Error>(value: Option<T>, field: &'static str) -> Result<T, E> {
            value.ok_or_else(|| E::missing_field(field))
        }

        let line = Line::deserialize(deserializer)?;
        Ok(match line.kind.as_str() {
            "message" => {
                let json = need(line.message, "message")?;
                Self::Message {
                    room_id: need(line.room_id, "roomId")?,
                    seq: need(line.seq, "seq")?,
                    message: serde_json::from_str(json.get()).map_err(D::Error::custom)?,
                    json: json.into(),
                    trace: line.traceparent.and_then(|text| TraceParent::parse(text.get().trim_matches('"'))),
                }
            }
            "room" => Self::Room { client_id: need(line.client_id, "clientId")?, room: need(line.room, "room")? },
            "presence" => Self::Presence {
                room_id: need(line.room_id, "roomId")?,
                hub_id: need(line.hub_id, "hubId")?,
                client_id: need(line.client_id, "clientId")?,
                action: need(line.action, "action")?,
            },
            "beat" => Self::Beat { hub_id: need(line.hub_id, "hubId")?, layout: line.layout },
            _ => Self::Unknown { room_id: line.room_id, seq: line.seq },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &str =
        r#"{"id":"m","clientId":"c","content":"1.50, 2","roomId":"r","timestamp":"t","messageType":"text","seq":7}"#;
    const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_message_event_keeps_the_messages_text() {
        let line = format!(r#"{{"kind":"message","roomId":"r","seq":7,"message":{MESSAGE}}}"#);
        let Event::Message { room_id, seq, message, json, trace } = Event::parse(&line).unwrap() else {
            panic!("{line}")
        };
        assert_eq!((room_id.as_str(), seq, message.seq, message.content.as_str()), ("r", 7, 7, "1.50, 2"));
        assert_eq!(json.get(), MESSAGE);
        assert_eq!(serde_json::to_string(&json).unwrap(), MESSAGE);
        assert_eq!(trace, None);
    }

    #[test]
    fn a_trace_that_can_not_be_read_is_ignored() {
        for trace in [r#""00-0-0-01""#, "7", "{}", "null", "[]", r#""""#] {
            let line =
                format!(r#"{{"kind":"message","roomId":"r","seq":7,"message":{MESSAGE},"traceparent":{trace}}}"#);
            assert!(matches!(Event::parse(&line).unwrap(), Event::Message { seq: 7, trace: None, .. }), "{line}");
        }
    }

    #[test]
    fn an_event_is_written_as_it_is_read() {
        let room = r#"{"id":"r","name":"n","description":"","createdAt":"t","creatorId":"c"}"#;
        for line in [
            format!(r#"{{"kind":"message","roomId":"r","seq":7,"message":{MESSAGE}}}"#),
            format!(r#"{{"kind":"message","roomId":"r","seq":7,"message":{MESSAGE},"traceparent":"{TRACE}"}}"#),
            format!(r#"{{"kind":"room","clientId":"c","room":{room}}}"#),
            r#"{"kind":"presence","roomId":"r","hubId":"h","clientId":"c","action":"join"}"#.to_owned(),
            r#"{"kind":"beat","hubId":"h"}"#.to_owned(),
            r#"{"kind":"beat","hubId":"h","layout":1}"#.to_owned(),
        ] {
            assert_eq!(serde_json::to_string(&Event::parse(&line).unwrap()).unwrap(), line);
        }
    }

    #[test]
    fn a_kind_of_a_later_version_is_unknown_but_counted() {
        let line = r#"{"kind":"edited","roomId":"r","seq":9,"message":{"anything":[1]},"more":{}}"#;
        let Event::Unknown { room_id, seq } = Event::parse(line).unwrap() else { panic!("{line}") };
        assert_eq!((room_id.as_deref(), seq), (Some("r"), Some(9)));
    }

    #[test]
    fn an_event_that_lacks_a_field_is_an_error() {
        for line in [
            r#"{"kind":"message","roomId":"r","seq":7}"#,
            r#"{"kind":"presence","roomId":"r","hubId":"h","clientId":"c"}"#,
            r#"{"kind":"beat"}"#,
            r#"{"roomId":"r"}"#,
            "not JSON",
        ] {
            assert!(Event::parse(line).is_err(), "{line}");
        }
    }
}
