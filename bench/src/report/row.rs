//! The figures of all rounds together, and what they are beside those of the other systems.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::sample::Sample;

/// One metric of one system.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) scenario: String,
    pub(crate) system: String,
    pub(crate) metric: String,
    pub(crate) unit: &'static str,
    pub(crate) rounds: usize,
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    /// Median over the median of each other system that was measured in the same scenario.
    pub(crate) ratios: BTreeMap<String, f64>,
}

/// All rows, in the order in which the samples came.
pub(crate) struct Figures(Vec<Row>);

impl Figures {
    pub(crate) fn new(samples: &[Sample]) -> Self {
        let mut rows: Vec<Row> = Vec::new();
        for sample in samples {
            if rows.iter().any(|row| {
                row.scenario == sample.scenario && row.system == sample.system && row.metric == sample.metric
            }) {
                continue;
            }
            let same = |other: &&Sample| {
                other.scenario == sample.scenario && other.system == sample.system && other.metric == sample.metric
            };
            let mut values: Vec<f64> = samples.iter().filter(same).map(|sample| sample.value).collect();
            values.sort_by(f64::total_cmp);
            rows.push(Row {
                scenario: sample.scenario.clone(),
                system: sample.system.clone(),
                metric: sample.metric.clone(),
                unit: sample.unit,
                rounds: values.len(),
                median: median(&values),
                min: values.first().copied().unwrap_or(f64::NAN),
                max: values.last().copied().unwrap_or(f64::NAN),
                ratios: BTreeMap::new(),
            });
        }
        // Side by side what is compared: by scenario, then by metric, each in the order of its first sample.
        let first = |row: &Row, metric: Option<&str>| {
            let same =
                |other: &Sample| other.scenario == row.scenario && metric.is_none_or(|name| other.metric == name);
            samples.iter().position(same)
        };
        rows.sort_by_cached_key(|row| (first(row, None), first(row, Some(&row.metric))));
        let figures = Self(rows);
        let ratios: Vec<_> = figures.0.iter().map(|row| figures.ratios(row)).collect();
        let mut rows = figures.0;
        rows.iter_mut().zip(ratios).for_each(|(row, ratios)| row.ratios = ratios);
        Self(rows)
    }

    /// The median of a metric.
    pub(crate) fn get(&self, scenario: &str, system: &str, metric: &str) -> Option<f64> {
        let wanted = |row: &&Row| row.scenario == scenario && row.system == system && row.metric == metric;
        self.0.iter().find(wanted).map(|row| row.median)
    }

    /// A system's median over another's.
    pub(crate) fn ratio(&self, scenario: &str, system: &str, peer: &str, metric: &str) -> Option<f64> {
        Some(self.get(scenario, system, metric)? / self.get(scenario, peer, metric)?)
    }

    pub(crate) fn into_rows(self) -> Vec<Row> {
        self.0
    }

    fn ratios(&self, row: &Row) -> BTreeMap<String, f64> {
        let others = self.0.iter().filter(|other| {
            other.scenario == row.scenario
                && other.metric == row.metric
                && other.system != row.system
                && other.median != 0.0
        });
        others.map(|other| (other.system.clone(), row.median / other.median)).collect()
    }
}

/// Of sorted values; of an even number of them the mean of the two in the middle.
fn median(sorted: &[f64]) -> f64 {
    match (sorted.get(sorted.len().saturating_sub(1) / 2), sorted.get(sorted.len() / 2)) {
        (Some(low), Some(high)) => f64::midpoint(*low, *high),
        _ => f64::NAN,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Samples of one scenario `s` and metric `m`, one round after the other.
    pub(crate) fn samples(system: &str, values: &[f64]) -> Vec<Sample> {
        let sample = |(round, &value): (usize, &f64)| Sample {
            scenario: "s".to_owned(),
            system: system.to_owned(),
            metric: "m".to_owned(),
            unit: "ms",
            round: round + 1,
            value,
        };
        values.iter().enumerate().map(sample).collect()
    }

    #[test]
    fn a_row_is_the_median_of_its_rounds_with_their_spread() {
        let figures = Figures::new(&samples("a", &[3.0, 1.0, 2.0]));
        let rows = figures.into_rows();
        assert_eq!((rows.len(), rows[0].rounds), (1, 3));
        assert_eq!(format!("{} {} {}", rows[0].median, rows[0].min, rows[0].max), "2 1 3");
    }

    #[test]
    fn two_rounds_have_their_mean_as_median() {
        assert_eq!(Figures::new(&samples("a", &[1.0, 2.0])).get("s", "a", "m"), Some(1.5));
    }

    #[test]
    fn what_is_compared_stands_side_by_side() {
        let named = |metric: &str, system| {
            samples(system, &[1.0]).into_iter().map(|sample| Sample { metric: metric.to_owned(), ..sample }).collect()
        };
        let all: [Vec<Sample>; 4] = [named("m", "a"), named("n", "a"), named("m", "b"), named("n", "b")];
        let rows = Figures::new(&all.concat()).into_rows();
        let order: Vec<String> = rows.iter().map(|row| format!("{}{}", row.metric, row.system)).collect();
        assert_eq!(order, ["ma", "mb", "na", "nb"]);
    }

    #[test]
    fn a_ratio_is_taken_from_medians() {
        let both = [samples("a", &[1.0, 9.0, 8.0]), samples("b", &[2.0, 2.0, 2.0])].concat();
        let figures = Figures::new(&both);
        assert_eq!(figures.ratio("s", "a", "b", "m"), Some(4.0));
        assert_eq!(figures.ratio("s", "a", "c", "m"), None);
        assert_eq!(figures.into_rows()[0].ratios.get("b"), Some(&4.0));
    }
}
