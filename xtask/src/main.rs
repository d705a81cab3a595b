//! RoomTalk's own commands: `cargo xtask up | build | test | faults | fuzz | audit | bench | dist`.

mod audit;
mod bench;
mod build;
mod dist;
mod faults;
mod fuzz;
mod prerequisites;
mod run;
mod tally;
mod test;
mod up;

use clap::{Parser, Subcommand};

/// Builds, starts and tests RoomTalk.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds what is missing and starts page, API, hub and store.
    Up {
        /// Passed on to `roomtalk up`; see `target/release/roomtalk up --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        flags: Vec<String>,
    },
    /// Builds the programs, the components and the page.
    Build,
    /// Runs everything that CI runs.
    Test {
        /// Run only the steps whose names contain one of these words.
        only: Vec<String>,
    },
    /// Plays seeds of the fault mixes against the built programs.
    Faults(faults::Options),
    /// Runs the fuzz targets, each for a while.
    Fuzz(fuzz::Options),
    /// Asks the advisory databases about every crate and package; needs the network.
    Audit,
    /// Measures RoomTalk side by side with its peers.
    Bench {
        /// Passed on to the benchmark; see `target/release/bench --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Lays out `dist/`, which runs elsewhere with `dist/bin/roomtalk up`.
    Dist,
}

fn main() {
    let result = match Cli::parse().command {
        Task::Up { flags } => up::up(&flags),
        Task::Build => build::everything(),
        Task::Test { only } => test::test(&only),
        Task::Faults(options) => faults::faults(&options),
        Task::Fuzz(options) => fuzz::fuzz(&options),
        Task::Audit => audit::audit(),
        Task::Bench { arguments } => bench::bench(&arguments),
        Task::Dist => dist::dist(),
    };
    if let Err(error) = result {
        eprintln!("xtask: {error:#}");
        std::process::exit(1);
    }
}
