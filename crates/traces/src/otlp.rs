//! Spans in the JSON form of OTLP (<https://opentelemetry.io/docs/specs/otlp/>): ids in hex, 64-bit numbers as text.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

use crate::span::Record;
use crate::tracer::Source;

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Value {
    /// Text.
    #[serde(rename = "stringValue")]
    Text(Cow<'static, str>),
    /// A number.
    #[serde(rename = "intValue", serialize_with = "as_text")]
    Number(i64),
    /// Yes or no.
    #[serde(rename = "boolValue")]
    Flag(bool),
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u16> for Value {
    fn from(number: u16) -> Self {
        Self::Number(number.into())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn as_text<S: serde::Serializer>(number: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Export<'a> {
    resource_spans: Vec<ResourceSpans<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceSpans<'a> {
    resource: Resource,
    scope_spans: [ScopeSpans<'a>; 1],
}

#[derive(Serialize)]
struct Resource {
    attributes: [Attribute; 3],
}

#[derive(Serialize)]
struct ScopeSpans<'a> {
    scope: Scope,
    spans: Vec<OtlpSpan<'a>>,
}

#[derive(Serialize)]
struct Scope {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Attribute {
    key: &'static str,
    value: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OtlpSpan<'a> {
    trace_id: String,
    span_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_span_id: Option<String>,
    flags: u8,
    name: &'a str,
    kind: u8,
    start_time_unix_nano: String,
    end_time_unix_nano: String,
    attributes: Vec<Attribute>,
    status: Status,
}

#[derive(Serialize)]
struct Status {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u8>,
}

/// `STATUS_CODE_ERROR`.
const ERROR: u8 = 2;

/// One request's body.
pub(crate) fn encode(records: Vec<Record>) -> Vec<u8> {
    let mut sources: Vec<(Arc<Source>, Vec<Record>)> = Vec::new();
    for record in records {
        match sources.iter_mut().find(|(source, _)| Arc::ptr_eq(source, &record.source)) {
            Some((_, records)) => records.push(record),
            None => sources.push((record.source.clone(), vec![record])),
        }
    }
    let resource_spans = sources.iter().map(|(source, records)| of_source(source, records)).collect();
    // Nothing in it can fail to be written.
    serde_json::to_vec(&Export { resource_spans }).unwrap_or_default()
}

fn of_source<'a>(source: &Source, records: &'a [Record]) -> ResourceSpans<'a> {
    let text = |key, text: &str| Attribute { key, value: text.to_owned().into() };
    ResourceSpans {
        resource: Resource {
            attributes: [
                text("service.name", &source.service),
                text("service.version", env!("CARGO_PKG_VERSION")),
                text("service.instance.id", &source.instance),
            ],
        },
        scope_spans: [ScopeSpans {
            scope: Scope { name: "roomtalk", version: env!("CARGO_PKG_VERSION") },
            spans: records.iter().map(span).collect(),
        }],
    }
}

fn span(record: &Record) -> OtlpSpan<'_> {
    let attributes = record.attributes.iter().map(|(key, value)| Attribute { key, value: value.clone() });
    OtlpSpan {
        trace_id: format!("{:032x}", record.context.trace),
        span_id: format!("{:016x}", record.context.span),
        parent_span_id: record.parent.map(|parent| format!("{parent:016x}")),
        flags: 1,
        name: &record.name,
        kind: record.kind as u8,
        start_time_unix_nano: nanos(record.start),
        end_time_unix_nano: nanos(record.start + record.took),
        attributes: attributes.collect(),
        status: Status { code: record.failed.then_some(ERROR) },
    }
}

fn nanos(time: SystemTime) -> String {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos().to_string()
}
