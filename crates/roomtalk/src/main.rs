//! `roomtalk up` starts the store gateway, the edge and the hub as one unit; `doctor` looks at a store; `import-v04` and
//! `export` move rooms in and out.

mod doctor;
mod export;
mod files;
mod fly;
mod import;
mod options;
mod reach;
mod spin;
mod store;
mod store_flags;
mod up;

use clap::{Parser, Subcommand};

/// The small allocations of each request take a fifth of its time with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Room-based real-time chat without accounts.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(flatten)]
    logs: logs::Options,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts page, API, hub and store, and prints `ready http://…` when all of them answer.
    Up(Box<options::Up>),
    /// Looks whether a store is fit for RoomTalk, and says what to mend. Exit code: 0 fit, warnings or not; 1 not fit;
    /// 2 wrong usage.
    Doctor(doctor::Doctor),
    /// Brings the rooms of a RoomTalk v0.4 in from its Redis, of which nothing is changed. Starting it again goes on, and says
    /// whether all is there. Exit code 3: something could not be taken, and the report says what.
    #[command(name = "import-v04")]
    ImportV04(import::Import),
    /// Writes a room as JSON Lines or as one self-contained page. Exit code 3: something of it is no longer in the store.
    Export(export::Export),
}

#[tokio::main]
async fn main() {
    let cli = Cli::parse();
    cli.logs.start();
    // Fails only when a provider is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let outcome = match cli.command {
        Command::Up(options) => up::up(*options).await.map(|()| 0).map_err(failed),
        Command::Doctor(options) => doctor::doctor(&options).await.map_err(|error| (doctor::WRONG_USAGE, error)),
        Command::ImportV04(options) => import::import(options).await.map(completeness).map_err(failed),
        Command::Export(options) => export::export(options).await.map(completeness).map_err(failed),
    };
    let code = outcome.unwrap_or_else(|(code, error)| {
        logs::fatal("roomtalk", &format!("{error:#}"));
        code
    });
    if code != 0 {
        std::process::exit(code.into());
    }
}

fn failed(error: anyhow::Error) -> (u8, anyhow::Error) {
    (1, error)
}

/// The exit code of what may be complete or not.
fn completeness(complete: bool) -> u8 {
    if complete { 0 } else { 3 }
}
