//! `roomtalk up` starts the store gateway, the edge and the hub as one unit.

mod files;
mod fly;
mod options;
mod spin;
mod store;
mod up;

use std::io::{IsTerminal, stderr};

use clap::{Parser, Subcommand};

/// The small allocations of each request take a fifth of its time with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Room-based real-time chat without accounts.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts page, API, hub and store, and prints `ready http://…` when all of them answer.
    Up(options::Up),
}

#[tokio::main]
async fn main() {
    tracing_subscriber::fmt()
        .with_writer(stderr)
        .with_ansi(stderr().is_terminal())
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info")),
        )
        .init();
    // Fails only when a provider is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let Command::Up(options) = Cli::parse().command;
    if let Err(error) = up::up(options).await {
        eprintln!("roomtalk: {error:#}");
        std::process::exit(1);
    }
}
