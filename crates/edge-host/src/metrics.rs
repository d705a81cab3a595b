//! Everything that the edge counts, in the text format of Prometheus. The names are stable.

use std::{sync::Arc, time::Duration};

use ::metrics::{Counter, Histogram, Text, write_process};
use http::StatusCode;

use crate::app::App;

/// The numbers of one component.
pub(crate) struct Numbers {
    pub(crate) component: Arc<str>,
    /// Requests by the status of their answers, from 100 to 599.
    answers: Vec<Counter>,
    /// Until the head of the answer.
    took: Histogram,
    outbound: Histogram,
    outbound_failures: Counter,
    pub(crate) instances: Counter,
    pub(crate) instance_failures: Counter,
}

impl Numbers {
    pub(crate) fn new(component: &str) -> Self {
        Self {
            component: component.into(),
            answers: (100..600).map(|_| Counter::default()).collect(),
            took: Histogram::default(),
            outbound: Histogram::default(),
            outbound_failures: Counter::default(),
            instances: Counter::default(),
            instance_failures: Counter::default(),
        }
    }

    /// Counts a request.
    pub(crate) fn answered(&self, status: StatusCode, took: Duration) {
        if let Some(count) = self.answers.get(usize::from(status.as_u16()) - 100) {
            count.add(1);
        }
        self.took.observe(took);
    }

    /// Counts a request that the component sent.
    pub(crate) fn sent(&self, failed: bool, took: Duration) {
        self.outbound_failures.add(usize::from(failed));
        self.outbound.observe(took);
    }

    fn label(&self) -> String {
        format!("component=\"{}\"", self.component)
    }

    fn by_status(&self) -> impl Iterator<Item = (String, u64)> {
        let counts = (100..600).zip(&self.answers).map(|(status, count)| (status, count.get()));
        let label = self.label();
        counts
            .filter(|(_, count)| *count > 0)
            .map(move |(status, count)| (format!("{label},status=\"{status}\""), count))
    }
}

/// All numbers as text.
pub(crate) fn text(app: &App) -> String {
    let mut text = Text::default();
    let numbers = || app.handlers.iter().map(|handler| &*handler.numbers);
    text.build_info("roomtalk_build_info", "Always 1; the label is the version.", env!("CARGO_PKG_VERSION"));
    text.counters(
        "roomtalk_edge_requests_total",
        "Requests by component and by the status of their answers.",
        numbers().flat_map(Numbers::by_status),
    );
    text.histograms(
        "roomtalk_edge_request_seconds",
        "From a request's head to its answer's, by component.",
        numbers().map(|numbers| (numbers.label(), &numbers.took)),
    );
    text.gauges(
        "roomtalk_edge_requests_under_way",
        "Requests under way, by component.",
        app.handlers.iter().map(|handler| (handler.numbers.label(), app.taken(handler))),
    );
    text.gauge("roomtalk_edge_requests_most", "Requests that may be under way at once.", app.most_requests);
    text.histograms(
        "roomtalk_edge_outbound_seconds",
        "What components waited for the answers to requests of their own, by component.",
        numbers().map(|numbers| (numbers.label(), &numbers.outbound)),
    );
    for (name, help, counter) in [
        (
            "roomtalk_edge_outbound_failures_total",
            "Requests of components that got no answer.",
            (|numbers| &numbers.outbound_failures) as fn(&Numbers) -> &Counter,
        ),
        ("roomtalk_edge_instances_total", "Instances that were started.", |numbers| &numbers.instances),
        (
            "roomtalk_edge_instance_failures_total",
            "Instances that ended by a trap, a deadline or for their memory.",
            |numbers| &numbers.instance_failures,
        ),
    ] {
        text.counters(name, help, numbers().map(|numbers| (numbers.label(), counter(numbers).get())));
    }
    write_process(&mut text);
    text.finish()
}
