//! Building: native programs, components, page.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::Result;

use crate::prerequisites;
use crate::run::{root, run, step};

/// The native programs, each a package and a binary of this name.
pub(crate) const PROGRAMS: [&str; 4] = ["roomtalk", "realtime-hub", "edge-host", "redis-gateway"];

/// The Spin components.
pub(crate) const COMPONENTS: [&str; 6] = ["clients", "rooms", "messages", "images", "status", "site"];

/// Where cargo leaves a component's module.
pub(crate) const COMPONENT_DIR: &str = "target/wasm32-wasip2/component";

/// Everything that `roomtalk up` needs.
pub(crate) fn everything() -> Result<()> {
    prerequisites::c_compiler()?;
    prerequisites::node()?;
    prerequisites::wasm_target()?;
    programs()?;
    components()?;
    page()
}

/// `-p a -p b …`
pub(crate) fn packages(names: &[&str]) -> String {
    names.iter().flat_map(|name| ["-p", name]).collect::<Vec<_>>().join(" ")
}

/// The hub with deliberate faults, by which the fault tests show that they find some.
pub(crate) fn mutated_hub() -> Result<()> {
    step("build the hub with deliberate faults", || {
        run("cargo build --locked --release -p realtime-hub --features mutations --bin mutated-hub")
    })
}

/// The benchmark with the peers that it brings.
pub(crate) fn benchmark() -> Result<()> {
    step("build the benchmark", || run("cargo build --locked --release -p bench"))
}

fn programs() -> Result<()> {
    step("build the programs", || run(&format!("cargo build --locked --release {}", packages(&PROGRAMS))))
}

fn components() -> Result<()> {
    let packages = packages(&COMPONENTS);
    step("build the components", || {
        run(&format!("cargo build --locked --target wasm32-wasip2 --profile component {packages}"))
    })
}

/// The page, unless nothing that it is made of has changed.
fn page() -> Result<()> {
    prerequisites::node_packages()?;
    let root = root();
    let built = fs::metadata(root.join("web/dist/index.html")).and_then(|meta| meta.modified()).ok();
    let sources = newest(&root.join("web")).max(modified(&root.join("package-lock.json")));
    if built.is_some() && built >= sources {
        return Ok(());
    }
    step("build the page", || run("npm run build --workspace web"))
}

/// Latest change below a folder, what is built or installed left out.
fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(folder).ok()?;
    entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name() != "dist" && entry.file_name() != "node_modules")
        .filter_map(|entry| if entry.path().is_dir() { newest(&entry.path()) } else { modified(&entry.path()) })
        .max()
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|meta| meta.modified()).ok()
}
