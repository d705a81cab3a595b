//! What a scenario is given: how much to do, and where its samples go.

use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use crate::load::socket::Generator;
use crate::sample::Sample;

/// One run of the benchmark.
pub(crate) struct Context {
    /// How often each system is measured.
    pub(crate) rounds: usize,
    /// Tiny sizes, to see that all works.
    pub(crate) quick: bool,
    /// The threads that the sockets of the load live on.
    pub(crate) generator: Generator,
    only: Vec<String>,
    systems: Vec<String>,
    samples: Mutex<Vec<Sample>>,
}

impl Context {
    pub(crate) fn new(rounds: usize, quick: bool, only: Vec<String>, systems: Vec<String>) -> Result<Self> {
        Ok(Self { rounds, quick, generator: Generator::new()?, only, systems, samples: Mutex::default() })
    }

    /// Whether this system is to be measured.
    pub(crate) fn wants(&self, system: &str) -> bool {
        self.systems.is_empty() || self.systems.iter().any(|wanted| wanted == system)
    }

    /// Whether this case of a scenario is to be measured: one that is named, or each when the scenario is.
    pub(crate) fn wants_case(&self, case: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|word| case.contains(word.as_str()))
    }

    /// The one size or the other.
    pub(crate) fn size<T>(&self, full: T, quick: T) -> T {
        if self.quick { quick } else { full }
    }

    /// Takes samples in, and shows each as it comes.
    pub(crate) fn add(&self, scenario: &str, system: &str, round: usize, figures: &[(&str, &'static str, f64)]) {
        let mut samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        for &(metric, unit, value) in figures {
            eprintln!("    {scenario:<24} {system:<18} #{round} {metric:<26} {value:>12.2} {unit}");
            samples.push(Sample {
                scenario: scenario.to_owned(),
                system: system.to_owned(),
                metric: metric.to_owned(),
                unit,
                round,
                value,
            });
        }
    }

    /// All samples so far.
    pub(crate) fn samples(&self) -> Vec<Sample> {
        self.samples.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
