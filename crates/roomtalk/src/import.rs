//! `roomtalk import-v04`.

use std::io::{self, IsTerminal, Write};
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use transfer::import::{self, Finding, Observer, Options, Source};

use crate::reach::{Missing, Place};

/// Flags of `roomtalk import-v04`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Import {
    /// The Redis of the old RoomTalk: `redis://[user:password@]host[:port][/db]`, or `rediss://…` for TLS. It is only read.
    #[arg(long, env = "V04_REDIS_URL", hide_env_values = true)]
    from: String,

    #[command(flatten)]
    place: Place,

    /// Messages kept per room; of a longer room the newest are taken.
    #[arg(long, default_value_t = domain::limits::HISTORY, env = "HISTORY_LIMIT")]
    history_limit: u64,
}

/// Brings everything in and prints the report. False when something could not be taken.
pub(crate) async fn import(options: Import) -> Result<bool> {
    let started = Instant::now();
    let source = Source::open(&options.from).await.context("can't read the old store that --from names")?;
    let reached = options.place.reach(options.history_limit, Missing::Make).await?;
    let mut shown = Shown::default();
    let outcome = run(&source, &reached.store, options.history_limit, &mut shown).await;
    reached.leave().await;
    shown.end();
    let report = outcome.context("the import ended early; start it again to go on from there")?;
    let mut out = io::stdout().lock();
    writeln!(out, "{report}")?;
    writeln!(out, "in {:.1} s", started.elapsed().as_secs_f64())?;
    Ok(report.is_complete())
}

async fn run(
    source: &Source,
    store: &store::Store<store::ReqwestTransport>,
    history: u64,
    shown: &mut Shown,
) -> Result<import::Report> {
    if import::hubs_are_live(store).await? {
        eprintln!(
            "a hub is live on the new store: each room appears there at once when it is whole; nobody is notified"
        );
    }
    let report = import::import(source, store, Options { history }, shown).await?;
    match shown.failure.take() {
        Some(error) => Err(error).context("can't write the findings to the standard output"),
        None => Ok(report),
    }
}

/// Shows how far an import is: a bar on a terminal, else a line for each tenth. Findings go to the standard output.
#[derive(Default)]
struct Shown {
    bar: Option<ProgressBar>,
    messages: u64,
    done: u64,
    failure: Option<io::Error>,
}

impl Shown {
    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Observer for Shown {
    fn begin(&mut self, rooms: u64, messages: u64) {
        self.messages = messages;
        if !io::stderr().is_terminal() {
            eprintln!("{rooms} rooms, {messages} messages");
            return;
        }
        let bar = ProgressBar::new(messages);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} messages, {eta} left") {
            bar.set_style(style);
        }
        self.bar = Some(bar);
    }

    fn advance(&mut self, messages: u64) {
        let tenth = |done: u64| done * 10 / self.messages.max(1);
        let before = tenth(self.done);
        self.done += messages;
        match &self.bar {
            Some(bar) => bar.inc(messages),
            None if tenth(self.done) > before => eprintln!("{} of {} messages", self.done, self.messages),
            None => {}
        }
    }

    fn finding(&mut self, finding: &Finding) {
        let write = || writeln!(io::stdout(), "{finding}");
        let written = match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        };
        if let Err(error) = written {
            self.failure.get_or_insert(error);
        }
    }
}
