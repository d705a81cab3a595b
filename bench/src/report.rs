//! The table, and the same as JSON in bench/results/.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::load::Figures;

/// Two things measured in turn, and their ratio.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    name: String,
    concurrency: usize,
    edge: Figures,
    store: Figures,
    /// Rate of the edge over the rate of the store alone.
    ratio: f64,
}

impl Row {
    pub(crate) fn new(name: &str, concurrency: usize, edge: Figures, store: Figures) -> Self {
        Self { name: name.to_owned(), concurrency, edge, store, ratio: edge.rate / store.rate }
    }
}

pub(crate) fn print(rows: &[Row]) {
    println!(
        "{:<34}{:>5}{:>12}{:>9}{:>9}{:>12}{:>7}",
        "edge / store alone", "at", "edge 1/s", "p50 ms", "p99 ms", "store 1/s", "ratio"
    );
    for row in rows {
        println!(
            "{:<34}{:>5}{:>12.0}{:>9.2}{:>9.2}{:>12.0}{:>7.2}",
            row.name, row.concurrency, row.edge.rate, row.edge.p50, row.edge.p99, row.store.rate, row.ratio
        );
    }
}

pub(crate) fn write(rows: &[Row]) -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    fs::create_dir_all(&folder).context("can't make bench/results")?;
    let file = folder.join("rest.json");
    fs::write(&file, serde_json::to_string_pretty(rows)? + "\n").context("can't write bench/results/rest.json")?;
    println!("written to bench/results/rest.json");
    Ok(())
}
