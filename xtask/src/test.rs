//! `cargo xtask test`: everything that CI runs, in one readable list.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::run::command;
use crate::tally::{Runner, Tally};
use crate::{build, prerequisites};

/// Random cases are the same in each run, so that a run can be repeated; `PROPTEST_RNG_SEED` chooses others.
const SEED: &str = "2024";

struct Step {
    name: &'static str,
    runner: Runner,
    command: String,
}

fn steps() -> Vec<Step> {
    let step = |name, runner, command: &str| Step { name, runner, command: command.to_owned() };
    let components = build::packages(&build::COMPONENTS);
    vec![
        step("format", Runner::Check, "cargo fmt --all --check"),
        step("format of the fuzz targets", Runner::Check, "cargo fmt --manifest-path fuzz/Cargo.toml --check"),
        step("lints", Runner::Check, "cargo clippy --locked --release --all-targets -- -D warnings"),
        step(
            "lints of the components",
            Runner::Check,
            &format!("cargo clippy --locked --target wasm32-wasip2 --profile component {components} -- -D warnings"),
        ),
        step(
            "lints of the fuzz targets",
            Runner::Check,
            "cargo clippy --locked --release --manifest-path fuzz/Cargo.toml --no-default-features --target-dir target -- -D warnings",
        ),
        step(
            "crates: licences and sources",
            Runner::Check,
            "target/tools/bin/cargo-deny --locked check licenses bans sources",
        ),
        step("crates: none is unused", Runner::Check, "target/tools/bin/cargo-machete --with-metadata"),
        step("packages: nothing is unused", Runner::Check, "npm run unused"),
        step("unit, property and integration tests", Runner::Cargo, "cargo test --locked --release --no-fail-fast"),
        step("page: types and unit tests", Runner::Vitest, "npm test --workspace web"),
        step("contract: Upstash clients", Runner::Node, "npm run test:sdk --workspace tests"),
        step("contract: REST", Runner::Node, "npm run test:rest --workspace tests"),
        step("contract: sockets", Runner::Node, "npm run test:sockets --workspace tests"),
        step("faults", Runner::Node, "npm run test:faults --workspace tests"),
        step("fuzz", Runner::Fuzz, &format!("cargo xtask fuzz --seed {SEED}")),
        step("whole system", Runner::Node, "npm run test:system --workspace tests"),
        step("browser", Runner::Playwright, "npm run test:browser --workspace tests"),
    ]
}

/// Builds, then runs every step, or those whose name contains one of `only`. All are run, also after a failure; the last
/// line counts all tests.
pub(crate) fn test(only: &[String]) -> Result<()> {
    prerequisites::test_programs()?;
    prerequisites::crate_checkers()?;
    build::everything()?;
    build::mutated_hub()?;
    build::benchmark()?;
    let mut total = Tally::default();
    let mut failures = Vec::new();
    for step in steps() {
        if !only.is_empty() && !only.iter().any(|word| step.name.contains(word.as_str())) {
            continue;
        }
        let tally = execute(&step)?;
        if tally.failed > 0 {
            failures.push(step.name);
        }
        total += tally;
    }
    for name in &failures {
        println!("failed: {name}");
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        bail!("{} of the steps failed", failures.len());
    }
    if total.passed == 0 {
        bail!("no step has a name with one of these words: {}", only.join(" "));
    }
    Ok(())
}

/// Runs a step with its output shown, and counts its tests.
fn execute(step: &Step) -> Result<Tally> {
    println!("==> {}: {}", step.name, step.command);
    let start = Instant::now();
    let mut child = command(&step.command)
        .env("NO_COLOR", "1")
        .env("CI", "true")
        .env("PROPTEST_RNG_SEED", std::env::var("PROPTEST_RNG_SEED").unwrap_or_else(|_| SEED.to_owned()))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("can't start `{}`", step.command))?;
    let mut printed = String::new();
    if let Some(stdout) = child.stdout.take() {
        let mut lines = BufReader::new(stdout);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 {
            let text = String::from_utf8_lossy(&line);
            print!("{text}");
            std::io::stdout().flush()?;
            printed += &text;
            line.clear();
        }
    }
    let success = child.wait()?.success();
    let tally = step.runner.count(&printed, success);
    let seconds = start.elapsed().as_secs_f32();
    println!("    {}: {} passed, {} failed in {seconds:.1} s", step.name, tally.passed, tally.failed);
    Ok(tally)
}
