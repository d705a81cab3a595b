//! The text format of Prometheus, version 0.0.4.

use std::fmt::{Display, Write};

use crate::kinds::Histogram;

/// The content type of this text.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Labels as they stand between the braces: none, or `name="value"` with commas. Names and values are ours and need no escapes.
pub type Labels = String;

/// A text that grows metric by metric.
#[derive(Default)]
pub struct Text(String);

impl Text {
    /// All of it.
    pub fn finish(self) -> String {
        self.0
    }

    /// A number that goes up and down.
    pub fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.head(name, help, "gauge");
        self.sample(name, "", value);
    }

    /// A gauge that is always 1, with the version as its label.
    pub fn build_info(&mut self, name: &str, help: &str, version: &str) {
        self.head(name, help, "gauge");
        self.sample(name, &format!("version=\"{version}\""), 1);
    }

    /// A gauge with one value for each of some labels.
    pub fn gauges(&mut self, name: &str, help: &str, values: impl IntoIterator<Item = (Labels, u64)>) {
        self.head(name, help, "gauge");
        self.samples(name, values);
    }

    /// A number that only grows.
    pub fn counter(&mut self, name: &str, help: &str, value: impl Display) {
        self.head(name, help, "counter");
        self.sample(name, "", value);
    }

    /// A counter with one value for each of some labels.
    pub fn counters(&mut self, name: &str, help: &str, values: impl IntoIterator<Item = (Labels, u64)>) {
        self.head(name, help, "counter");
        self.samples(name, values);
    }

    /// A histogram with one set of buckets for each of some labels.
    pub fn histograms<'a>(
        &mut self,
        name: &str,
        help: &str,
        histograms: impl IntoIterator<Item = (Labels, &'a Histogram)>,
    ) {
        self.head(name, help, "histogram");
        for (labels, histogram) in histograms {
            let comma = if labels.is_empty() { "" } else { "," };
            let (bounds, count) = histogram.within();
            for (bound, within) in bounds {
                self.sample(&format!("{name}_bucket"), &format!("{labels}{comma}le=\"{bound}\""), within);
            }
            self.sample(&format!("{name}_bucket"), &format!("{labels}{comma}le=\"+Inf\""), count);
            self.sample(&format!("{name}_sum"), &labels, histogram.sum());
            self.sample(&format!("{name}_count"), &labels, count);
        }
    }

    // Writing to a String can't fail.
    fn head(&mut self, name: &str, help: &str, kind: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn samples(&mut self, name: &str, values: impl IntoIterator<Item = (Labels, u64)>) {
        for (labels, value) in values {
            self.sample(name, &labels, value);
        }
    }

    fn sample(&mut self, name: &str, labels: &str, value: impl Display) {
        let _ = match labels {
            "" => writeln!(self.0, "{name} {value}"),
            _ => writeln!(self.0, "{name}{{{labels}}} {value}"),
        };
    }
}
