//! `bench`: measures RoomTalk side by side with peers, in one run on one machine. A speed is a ratio; an absolute figure
//! only orients. `cargo xtask bench` builds what it needs and starts it.

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures are far below 2^52, and rounding does not matter to them"
)]

mod append;
mod context;
mod goals;
mod load;
mod machine;
mod report;
mod sample;
mod scenarios;
mod system;

use anyhow::{Result, bail};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use crate::context::Context;
use crate::report::Report;

/// As the programs that it measures: the embedded engine runs in this process too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures RoomTalk side by side with peers.
#[derive(Parser)]
struct Options {
    /// Only scenarios, or cases of them such as `fan-out 1x1000`, whose names contain one of these words.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    only: Vec<String>,

    /// Only systems of these names, with commas between them: roomtalk, node, floor, …
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    systems: Vec<String>,

    /// How often each system is measured, in turn: A B A B …
    #[arg(long, value_name = "N", default_value_t = 3)]
    rounds: usize,

    /// Each scenario once and tiny, to see that it works; its figures say nothing.
    #[arg(long)]
    quick: bool,

    /// Folder of the charts; without it, only a whole run draws some.
    #[arg(long, value_name = "FOLDER")]
    charts: Option<std::path::PathBuf>,

    /// File of the results.
    #[arg(long, value_name = "FILE", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/results/latest.json"))]
    results: std::path::PathBuf,

    /// Names the scenarios and ends.
    #[arg(long)]
    list: bool,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    let mut options = Options::parse();
    // A word of no letters would be in every name.
    options.only.retain(|word| !word.is_empty());
    let chosen = scenarios::chosen(&options.only);
    if options.list {
        for scenario in chosen {
            println!("{:<16}{}", scenario.name, scenario.about);
        }
        return Ok(());
    }
    if chosen.is_empty() {
        bail!("no scenario has a name with one of these words: {}", options.only.join(", "));
    }
    machine::raise_open_files();
    let rounds = if options.quick { 1 } else { options.rounds.max(1) };
    // A chart of a part would lack bars.
    let whole = !options.quick && options.only.is_empty() && options.systems.is_empty();
    let context = Context::new(rounds, options.quick, options.only, options.systems)?;
    let mut terminate = signal(SignalKind::terminate())?;
    // Whichever way this ends, what was started is dropped, and with that ended.
    let failed = tokio::select! {
        failed = scenarios::run(&chosen, &context) => failed,
        _ = terminate.recv() => bail!("ended by SIGTERM"),
        _ = tokio::signal::ctrl_c() => bail!("ended by Ctrl-C"),
    };
    let report = Report::new(machine::Machine::this(), context.samples(), options.quick);
    print!("{report}");
    report.write(&options.results)?;
    if let Some(folder) = options.charts.or_else(|| whole.then(report::charts_folder)) {
        report.draw(&folder)?;
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}
