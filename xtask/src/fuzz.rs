//! `cargo xtask fuzz`: builds the fuzz targets on the stable toolchain and runs them, two at once.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::prerequisites;
use crate::run::{command, output, root, step};

/// The targets, each a file in `fuzz/fuzz_targets`. The slowest come first.
const TARGETS: [&str; 9] = [
    "engine_commands",
    "resp_log",
    "markdown",
    "socket_payload",
    "gateway_request",
    "image_headers",
    "tokens",
    "cursors",
    "websocket_frames",
];

/// How many run at once.
const AT_ONCE: usize = 2;

/// What cargo-fuzz asks of a nightly compiler, as far as a stable one has it: counters, tables and compares for libFuzzer,
/// and every check of a debug build. Without a sanitizer, which needs nightly; the code is safe Rust.
const RUSTFLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions -Coverflow-checks --cfg fuzzing";

/// What to run.
#[derive(Args)]
pub(crate) struct Options {
    /// For how long each, in seconds.
    #[arg(long, value_name = "N", default_value_t = 30)]
    seconds: u32,

    /// What chance starts from; without it each run takes another way.
    #[arg(long, value_name = "S")]
    seed: Option<u32>,

    /// Just this input, once, with all that it prints; needs one target.
    #[arg(long, value_name = "FILE")]
    input: Option<String>,

    /// Only these targets.
    #[arg(value_parser = TARGETS)]
    targets: Vec<String>,
}

/// Runs the targets. What fails is printed with the command that plays it again.
pub(crate) fn fuzz(options: &Options) -> Result<()> {
    prerequisites::c_compiler()?;
    prerequisites::cpp_compiler()?;
    let programs = build()?;
    if let Some(input) = &options.input {
        let [target] = options.targets.as_slice() else { bail!("name the one target that {input} is for") };
        return replay(&programs, target, input);
    }
    let chosen = |target: &&str| options.targets.is_empty() || options.targets.iter().any(|name| name == target);
    let waiting = Mutex::new(TARGETS.into_iter().filter(chosen));
    let next = || waiting.lock().ok().and_then(|mut waiting| waiting.next());
    let work = || -> Result<usize> {
        let mut failed = 0;
        while let Some(target) = next() {
            failed += usize::from(!run(&programs, target, options)?);
        }
        Ok(failed)
    };
    let failed = thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let failed = workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| bail!("a worker panicked")));
        failed.sum::<Result<usize>>()
    })?;
    if failed > 0 {
        bail!("{failed} of the targets failed");
    }
    Ok(())
}

/// Builds all targets; the folder of their programs. The compiler is told its own platform, so that build scripts and
/// macros are built without the flags of the targets.
fn build() -> Result<String> {
    let version = output("rustc -vV").context("`rustc` not found")?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("`rustc -vV` names no host")?;
    let line = format!(
        "cargo build --locked --release --manifest-path fuzz/Cargo.toml --target-dir target/fuzz --target {host}"
    );
    step("build the fuzz targets", || {
        let status = command(&line).env("RUSTFLAGS", RUSTFLAGS).status().context("can't start `cargo`")?;
        if status.success() { Ok(()) } else { bail!("`{line}` failed ({status})") }
    })?;
    Ok(format!("target/fuzz/{host}/release"))
}

/// Runs a target on its seeds and on what becomes of them, and says how it went.
fn run(programs: &str, target: &str, Options { seconds, seed, .. }: &Options) -> Result<bool> {
    let (found, artifacts) = (format!("target/fuzz/corpus/{target}"), format!("fuzz/artifacts/{target}"));
    for folder in [&found, &artifacts] {
        fs::create_dir_all(root().join(folder)).with_context(|| format!("can't make {folder}"))?;
    }
    let dictionary = format!("fuzz/dictionaries/{target}.dict");
    let log = root().join(format!("target/fuzz/{target}.log"));
    let mut fuzzer = start(programs, target);
    fuzzer.args([
        // What is found goes to the first folder.
        found,
        format!("fuzz/corpus/{target}"),
        format!("-max_total_time={seconds}"),
        format!("-artifact_prefix={artifacts}/"),
    ]);
    // An input takes a few milliseconds; the rest is for machines that have other work.
    fuzzer.args(["-timeout=30", "-rss_limit_mb=1024", "-print_final_stats=1"]);
    if let Some(seed) = seed {
        fuzzer.arg(format!("-seed={seed}"));
    }
    if root().join(&dictionary).exists() {
        fuzzer.arg(format!("-dict={dictionary}"));
    }
    let output = File::create(&log).with_context(|| format!("can't write {}", log.display()))?;
    let status = fuzzer.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output).status();
    let success = status.with_context(|| format!("can't start {target}"))?.success();
    let printed = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    let outcome = Outcome::of(&printed);
    // A target that ran nothing, or without seeing where it went, has shown nothing.
    let passed = success && outcome.runs > 0 && outcome.edges > 0;
    println!("fuzz {target}: {}, {} runs, {} edges", if passed { "ok" } else { "FAILED" }, outcome.runs, outcome.edges);
    if !passed {
        report(target, &printed, outcome.artifact.as_deref(), &log);
    }
    Ok(passed)
}

fn start(programs: &str, target: &str) -> Command {
    let mut command = Command::new(root().join(programs).join(target));
    command.current_dir(root());
    command
}

fn report(target: &str, printed: &str, artifact: Option<&str>, log: &Path) {
    let cause = printed.lines().skip_while(|line| !line.contains("panicked at") && !line.starts_with("==")).take(12);
    for line in cause {
        println!("    {line}");
    }
    println!("    all that it printed: {}", log.display());
    if let Some(artifact) = artifact {
        println!("    again: cargo xtask fuzz {target} --input {artifact}");
    }
}

fn replay(programs: &str, target: &str, input: &str) -> Result<()> {
    let status = start(programs, target).arg(input).status().with_context(|| format!("can't start {target}"))?;
    if status.success() { Ok(()) } else { bail!("{target} fails on {input} ({status})") }
}

/// What libFuzzer printed of a run.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    /// Inputs tried.
    runs: u64,
    /// Places in the code reached.
    edges: u64,
    /// The file with the input that failed.
    artifact: Option<String>,
}

impl Outcome {
    fn of(printed: &str) -> Self {
        let mut outcome = Self::default();
        for line in printed.lines() {
            if let Some(runs) = line.strip_prefix("stat::number_of_executed_units:") {
                outcome.runs = runs.trim().parse().unwrap_or(0);
            }
            if let Some(file) = line.split("Test unit written to ").nth(1) {
                outcome.artifact = Some(file.to_owned());
            }
            let edges = line.split(" cov: ").nth(1).and_then(|rest| rest.split(' ').next());
            outcome.edges = outcome.edges.max(edges.and_then(|edges| edges.parse().ok()).unwrap_or(0));
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, TARGETS};
    use crate::run::root;

    #[test]
    fn a_runs_numbers_and_its_artifact_are_read() {
        let printed = "#2\tINITED cov: 100 ft: 101 corp: 1/1b exec/s: 0 rss: 40Mb\n#512\tpulse  cov: 120 ft: 130 corp: 9\n\
                       artifact_prefix='fuzz/artifacts/x/'; Test unit written to fuzz/artifacts/x/crash-1\n\
                       stat::number_of_executed_units: 4096\n";
        let artifact = Some("fuzz/artifacts/x/crash-1".to_owned());
        assert_eq!(Outcome::of(printed), Outcome { runs: 4096, edges: 120, artifact });
        assert_eq!(Outcome::of(""), Outcome::default());
    }

    #[test]
    fn every_target_is_run_and_has_seeds() {
        let files = |folder: &str| -> Vec<String> {
            let entries = std::fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
        };
        let mut targets: Vec<_> = TARGETS.iter().map(|target| format!("{target}.rs")).collect();
        let mut sources = files("fuzz/fuzz_targets");
        targets.sort();
        sources.sort();
        assert_eq!(sources, targets);
        assert!(TARGETS.iter().all(|target| !files(&format!("fuzz/corpus/{target}")).is_empty()));
    }
}
