//! What the build and the tests need from the machine. What can be fetched is fetched; what can't is named, with the
//! command that installs it.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::run::{output, root, run, step};

/// The target of the components.
const WASM: &str = "wasm32-wasip2";

/// A C compiler, for the embedded Lua and the TLS library.
pub(crate) fn c_compiler() -> Result<()> {
    if ["cc", "gcc", "clang"].iter().any(|cc| output(&format!("{cc} --version")).is_some()) {
        return Ok(());
    }
    bail!("no C compiler found; install one, for example with `apt-get install -y gcc`")
}

/// Node 20 or newer, with npm.
pub(crate) fn node() -> Result<()> {
    let help = "install Node 20 or newer from https://nodejs.org";
    let Some(version) = output("node --version") else { bail!("`node` not found; {help}") };
    let major = version.trim_start_matches('v').split('.').next().and_then(|n| n.parse::<u32>().ok());
    if major.is_none_or(|major| major < 20) {
        bail!("`node` is {version}, which is too old; {help}");
    }
    if output("npm --version").is_none() {
        bail!("`npm` not found; {help}");
    }
    Ok(())
}

/// The WebAssembly target of the Rust toolchain.
pub(crate) fn wasm_target() -> Result<()> {
    let installed = output("rustc --print sysroot")
        .is_some_and(|sysroot| Path::new(&sysroot).join("lib/rustlib").join(WASM).join("lib").is_dir());
    if installed {
        return Ok(());
    }
    if output("rustup --version").is_none() {
        bail!("the Rust target {WASM} is missing and `rustup` was not found; install rustup from https://rustup.rs");
    }
    step(&format!("add the Rust target {WASM}"), || run(&format!("rustup target add {WASM}")))
}

/// The packages of the page and of the tests, as the lock file says.
pub(crate) fn node_packages() -> Result<()> {
    node()?;
    let root = root();
    let installed = root.join("node_modules/.package-lock.json");
    let modified = |path: &Path| fs::metadata(path).and_then(|meta| meta.modified()).ok();
    match (modified(&installed), modified(&root.join("package-lock.json"))) {
        (Some(installed), Some(lock)) if installed >= lock => Ok(()),
        _ => step("install the page's packages", || run("npm ci --no-audit --no-fund")),
    }
}

/// Programs that only the tests need: (command that tells the version, Debian packages). A browser without a font measures
/// nothing.
const TEST_PROGRAMS: [(&str, &str); 3] = [
    ("redis-server --version", "redis-server"),
    ("openssl version", "openssl"),
    ("chromium --version", "chromium fonts-liberation"),
];

/// A real Redis server, certificates for it, and a browser.
pub(crate) fn test_programs() -> Result<()> {
    debian_packages("the tests", &TEST_PROGRAMS)
}

/// A C++ compiler, for libFuzzer.
pub(crate) fn cpp_compiler() -> Result<()> {
    debian_packages("the fuzz targets", &[("c++ --version", "g++")])
}

/// Has programs, each known by the command that tells its version, with the Debian packages that it comes in: installed by
/// apt where that is possible without asking.
fn debian_packages(who: &str, programs: &[(&str, &str)]) -> Result<()> {
    let missing = || -> Vec<&str> {
        programs.iter().filter(|(version, _)| output(version).is_none()).map(|(_, package)| *package).collect()
    };
    let packages = missing().join(" ");
    if packages.is_empty() {
        return Ok(());
    }
    let install = format!("apt-get install -y --no-install-recommends {packages}");
    let debian = Path::new("/etc/debian_version").exists() && output("apt-get --version").is_some();
    if !debian || output("id -u").as_deref() != Some("0") {
        bail!("{who} need {packages}; install with `sudo {install}`");
    }
    step(&format!("install {packages}"), || {
        run("apt-get update -q")?;
        run(&format!("env DEBIAN_FRONTEND=noninteractive {install} -q"))
    })?;
    match missing().as_slice() {
        [] => Ok(()),
        still => bail!("{} can't be started after `{install}`", still.join(" and ")),
    }
}

/// Programs that look at the crates: (program, version). They are kept in `target/tools`.
const CRATE_CHECKERS: [(&str, &str); 2] = [("cargo-deny", "0.20.2"), ("cargo-machete", "0.9.2")];

/// The checkers of the tree of crates, built once. They are not in the tree themselves: theirs is as large as RoomTalk's.
pub(crate) fn crate_checkers() -> Result<()> {
    for (program, version) in CRATE_CHECKERS {
        let installed = output(&format!("target/tools/bin/{program} --version"));
        if installed.is_none_or(|printed| !printed.split_whitespace().any(|word| word == version)) {
            step(&format!("install {program}"), || {
                run(&format!(
                    "cargo install --locked --debug --root target/tools --target-dir target/tools/build {program}@{version}"
                ))
            })?;
        }
    }
    Ok(())
}
