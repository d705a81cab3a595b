//! From samples to a table, JSON, and charts.

mod charts;
mod row;
mod svg;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Serialize;

#[cfg(test)]
pub(crate) use self::row::tests;
pub(crate) use self::row::{Figures, Row};
use crate::goals::{self, Verdict};
use crate::machine::Machine;
use crate::sample::Sample;

/// One run of the benchmark, as it is written to bench/results/.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    machine: Machine,
    /// Figures of a quick run say nothing.
    quick: bool,
    rows: Vec<Row>,
    goals: Vec<Verdict>,
    samples: Vec<Sample>,
}

impl Report {
    pub(crate) fn new(machine: Machine, samples: Vec<Sample>, quick: bool) -> Self {
        let goals = goals::judge(&samples);
        Self { machine, quick, rows: Figures::new(&samples).into_rows(), goals, samples }
    }

    pub(crate) fn write(&self, file: &Path) -> Result<()> {
        let error = || format!("can't write {}", file.display());
        file.parent().map_or(Ok(()), fs::create_dir_all).with_context(error)?;
        fs::write(file, serde_json::to_string_pretty(self)? + "\n").with_context(error)?;
        println!("written to {}", file.display());
        Ok(())
    }

    /// Writes a chart for each group of rows that there are figures for.
    pub(crate) fn draw(&self, folder: &Path) -> Result<()> {
        let error = || format!("can't write to {}", folder.display());
        fs::create_dir_all(folder).with_context(error)?;
        for (name, picture) in charts::charts(&self.rows) {
            fs::write(folder.join(name), picture).with_context(error)?;
        }
        Ok(())
    }
}

/// Where the documentation has its charts.
pub(crate) fn charts_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/performance")
}
