//! Who makes spans.

use std::borrow::Cow;
use std::num::{NonZeroU64, NonZeroU128};
use std::sync::Arc;

use crate::export::Outlet;
use crate::sampler::Sampler;
use crate::span::Record;
use crate::{Kind, Span, TraceParent, current};

/// Makes the spans of one part of RoomTalk. Cheap to clone. The default makes none.
#[derive(Debug, Clone, Default)]
pub struct Tracer(Option<Arc<Source>>);

/// What all spans of a part have in common.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// `service.name`.
    pub(crate) service: String,
    /// `service.instance.id`.
    pub(crate) instance: String,
    pub(crate) sampler: Sampler,
    pub(crate) outlet: Outlet,
}

impl Tracer {
    pub(crate) fn new(source: Source) -> Self {
        Self(Some(Arc::new(source)))
    }

    /// Whether it makes spans.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// The same for the instance `id` of the service.
    #[must_use]
    pub fn of_instance(&self, id: &str) -> Self {
        self.with(|source| id.clone_into(&mut source.instance))
    }

    /// The same for another service.
    pub(crate) fn of_service(&self, service: String) -> Self {
        self.with(|source| source.service = service)
    }

    fn with(&self, change: impl FnOnce(&mut Source)) -> Self {
        Self(self.0.as_deref().map(|source| {
            let mut source = source.clone();
            change(&mut source);
            Arc::new(source)
        }))
    }

    /// A span inside the one that the task works for ([`crate::scope`]), or one that begins a trace.
    pub fn span(&self, name: impl Into<Cow<'static, str>>, kind: Kind) -> Span {
        if self.is_on() { self.follow(name, kind, current()) } else { Span::default() }
    }

    /// A span inside `parent`, of which another part of RoomTalk has told; or one that begins a trace.
    pub fn follow(&self, name: impl Into<Cow<'static, str>>, kind: Kind, parent: Option<TraceParent>) -> Span {
        self.begin(name, kind, parent, Sampler::keeps)
    }

    /// A span inside `parent`, of which a client has told, who is a stranger: by the sampled flag it can only decline.
    pub fn admit(&self, name: impl Into<Cow<'static, str>>, kind: Kind, parent: Option<TraceParent>) -> Span {
        self.begin(name, kind, parent, Sampler::keeps_strangers)
    }

    fn begin(
        &self,
        name: impl Into<Cow<'static, str>>,
        kind: Kind,
        parent: Option<TraceParent>,
        keeps: impl FnOnce(&Sampler, NonZeroU128, Option<&TraceParent>) -> bool,
    ) -> Span {
        let Some(source) = &self.0 else { return Span::default() };
        let Some((trace, span)) = ids(parent.as_ref()) else { return Span::default() };
        let sampled = keeps(&source.sampler, trace, parent.as_ref());
        let context = TraceParent { trace, span, sampled };
        let parent = parent.map(|parent| parent.span);
        let record = sampled.then(|| Record::new(source.clone(), name.into(), kind, context, parent));
        Span::new(context, record)
    }
}

/// The trace, a new one where there is none, and a new span's id. `None`: there is no source of random numbers, or it gave
/// nothing but zeros.
fn ids(parent: Option<&TraceParent>) -> Option<(NonZeroU128, NonZeroU64)> {
    let mut random = [0; 24];
    getrandom::fill(&mut random).ok()?;
    let (span, trace) = random.split_first_chunk()?;
    let trace = match parent {
        Some(parent) => parent.trace,
        None => NonZeroU128::new(u128::from_ne_bytes(trace.try_into().ok()?))?,
    };
    Some((trace, NonZeroU64::new(u64::from_ne_bytes(*span))?))
}
