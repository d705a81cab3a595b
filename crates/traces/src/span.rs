//! A stretch of work.

use std::borrow::Cow;
use std::mem;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crate::TraceParent;
use crate::otlp::Value;
use crate::tracer::Source;

/// Which end of an exchange a span is, in OTLP's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Answers a request.
    Server = 2,
    /// Waits for an answer.
    Client = 3,
    /// Takes what was published.
    Consumer = 5,
}

/// A span that ends when it is dropped. Empty when nothing is traced; all that is said of it is then forgotten.
#[derive(Debug, Default)]
#[must_use = "a span ends when it is dropped"]
pub struct Span {
    context: Option<TraceParent>,
    record: Option<Box<Record>>,
}

/// What is exported of a span.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) source: Arc<Source>,
    pub(crate) name: Cow<'static, str>,
    pub(crate) kind: Kind,
    pub(crate) context: TraceParent,
    pub(crate) parent: Option<NonZeroU64>,
    pub(crate) start: SystemTime,
    pub(crate) took: Duration,
    pub(crate) attributes: Vec<(&'static str, Value)>,
    pub(crate) failed: bool,
    began: Instant,
}

impl Record {
    pub(crate) fn new(
        source: Arc<Source>,
        name: Cow<'static, str>,
        kind: Kind,
        context: TraceParent,
        parent: Option<NonZeroU64>,
    ) -> Box<Self> {
        let (start, began) = (SystemTime::now(), Instant::now());
        let (took, attributes) = (Duration::ZERO, Vec::new());
        Box::new(Self { source, name, kind, context, parent, start, took, attributes, failed: false, began })
    }
}

impl Span {
    pub(crate) fn new(context: TraceParent, record: Option<Box<Record>>) -> Self {
        Self { context: Some(context), record }
    }

    /// What others are told of it, also when it is not kept. `None` when nothing is traced.
    pub fn context(&self) -> Option<TraceParent> {
        self.context
    }

    /// Whether what is said of it goes anywhere.
    pub fn is_kept(&self) -> bool {
        self.record.is_some()
    }

    /// It began at `instant`, and not just now.
    pub fn since(mut self, instant: Instant) -> Self {
        if let Some(record) = &mut self.record {
            record.start -= record.began.saturating_duration_since(instant);
            record.began = record.began.min(instant);
        }
        self
    }

    /// What it turned out to be.
    pub fn rename(&mut self, name: impl Into<Cow<'static, str>>) {
        if let Some(record) = &mut self.record {
            record.name = name.into();
        }
    }

    /// Says something of it. Never a message's text, a name, a token, or the id of a room.
    pub fn set(&mut self, key: &'static str, value: impl Into<Value>) {
        if let Some(record) = &mut self.record {
            record.attributes.push((key, value.into()));
        }
    }

    /// It failed, with this kind of error.
    pub fn fail(&mut self, kind: impl Into<Value>) {
        self.set("error.type", kind);
        if let Some(record) = &mut self.record {
            record.failed = true;
        }
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(mut record) = mem::take(&mut self.record) {
            record.took = record.began.elapsed();
            let outlet = record.source.outlet.clone();
            outlet.give(*record);
        }
    }
}
