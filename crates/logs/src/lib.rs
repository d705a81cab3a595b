//! How RoomTalk's programs write their logs: on standard error, one line for each event, for people or as JSON.

use std::fmt::Display;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::panic::{self, PanicHookInfo};
use std::process::ExitCode;
use std::sync::OnceLock;

use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;

/// The flag that each program has.
#[derive(Debug, Clone, Copy, Args)]
pub struct Options {
    /// How the log's lines are written. With json, everything is an object on standard error, the ready line included.
    #[arg(long, value_enum, default_value_t = Format::Text, env = "LOG_FORMAT", global = true)]
    log_format: Format,
}

/// How a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One object a line, for machines.
    Json,
}

/// How the program that runs writes.
static FORMAT: OnceLock<Format> = OnceLock::new();

impl Options {
    /// Begins the log. `RUST_LOG` says how much is written; `info` without it. Call it once, before anything else.
    pub fn start(self) {
        // An error means that it was started before.
        let _ = FORMAT.set(self.log_format);
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
        let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
        match self.log_format {
            Format::Text => log.with_ansi(stderr().is_terminal()).init(),
            Format::Json => {
                log.json().flatten_event(true).with_current_span(false).with_span_list(false).init();
                panic::set_hook(Box::new(panicked));
            }
        }
    }
}

fn is_json() -> bool {
    FORMAT.get() == Some(&Format::Json)
}

/// What a script may wait for (`ready http://…`): a line on standard output, which may have no reader.
pub fn ready(line: &str) {
    if is_json() {
        tracing::info!("{line}");
    } else {
        let _ = writeln!(stdout(), "{line}");
    }
}

/// What a person at a terminal wants to know: a bare line on standard error.
pub fn note(line: &str) {
    if is_json() {
        tracing::info!("{line}");
    } else {
        let _ = writeln!(stderr(), "{line}");
    }
}

/// Why a program ends.
pub fn fatal(program: &str, error: &str) {
    if is_json() {
        tracing::error!(program, "{error}");
    } else {
        let _ = writeln!(stderr(), "{program}: {error}");
    }
}

/// Says why a program ends, where it is by an error, and gives its exit code.
pub fn outcome<E: Display>(program: &str, result: Result<(), E>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            fatal(program, &format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// A panic is a line like every other.
fn panicked(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    tracing::error!(place, "a panic: {}", panic.payload_as_str().unwrap_or("without a text"));
}
