//! Traces: what happened to one message, from the socket or route that took it, through the store, to every hub that told
//! it on.
//!
//! A [`TraceParent`] is what parts tell each other, in the form of the W3C's Trace Context. With the feature `spans`, a
//! [`Tracer`] makes [`Span`]s and an [`Exporter`] sends them to a collector by OTLP over HTTP, as JSON. Without a collector
//! a tracer makes nothing: a span is then an empty value, and nobody is told a context.

mod context;
#[cfg(feature = "spans")]
mod export;
#[cfg(feature = "spans")]
mod otlp;
#[cfg(feature = "spans")]
mod sampler;
#[cfg(feature = "spans")]
mod scope;
#[cfg(feature = "spans")]
mod settings;
#[cfg(feature = "spans")]
mod span;
#[cfg(feature = "spans")]
mod tracer;

pub use context::{HEADER, TraceParent};
#[cfg(feature = "spans")]
pub use export::Exporter;
#[cfg(feature = "spans")]
pub use scope::{current, scope};
#[cfg(feature = "spans")]
pub use settings::{InvalidSetting, Options};
#[cfg(feature = "spans")]
pub use span::{Kind, Span};
#[cfg(feature = "spans")]
pub use tracer::Tracer;
