//! `cargo xtask audit`: known faults of what RoomTalk depends on. Not a part of `cargo xtask test`: what it says depends on
//! the day and on two services beyond the registries of crates and packages.

use anyhow::{Result, bail};

use crate::prerequisites;
use crate::run::{run, step};

/// A database by git, and the package registry's audit service.
const QUESTIONS: [(&str, &str); 2] = [
    ("crates against the RustSec advisories", "target/tools/bin/cargo-deny --locked check advisories"),
    ("packages against the registry's advisories", "npm audit"),
];

/// Asks both, also when the first has found something or could not be asked.
pub(crate) fn audit() -> Result<()> {
    prerequisites::crate_checkers()?;
    prerequisites::node()?;
    let mut failed = Vec::new();
    for (name, command) in QUESTIONS {
        if let Err(error) = step(name, || run(command)) {
            eprintln!("{error:#}");
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("not clean, or not asked: {}", failed.join(", "));
    }
    Ok(())
}
