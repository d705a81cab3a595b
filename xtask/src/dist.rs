//! `cargo xtask dist`: a folder that runs where there is neither Rust nor Node.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::build::{self, COMPONENT_DIR, COMPONENTS, PROGRAMS};
use crate::run::{root, step};

/// Lays out `dist/`:
///
/// ```text
/// dist/bin/{roomtalk,realtime-hub,edge-host,redis-gateway}
/// dist/components/*.wasm
/// dist/web/            the built page
/// dist/spin.toml       with sources that point into dist/
/// ```
pub(crate) fn dist() -> Result<()> {
    build::everything()?;
    let root = root();
    let dist = root.join("dist");
    step("lay out dist/", || {
        if dist.exists() {
            fs::remove_dir_all(&dist).context("can't empty dist/")?;
        }
        for program in PROGRAMS {
            copy(&root.join("target/release").join(program), &dist.join("bin").join(program))?;
        }
        for component in COMPONENTS {
            let file = format!("{component}.wasm");
            copy(&root.join(COMPONENT_DIR).join(&file), &dist.join("components").join(&file))?;
        }
        copy_folder(&root.join("web/dist"), &dist.join("web"))?;
        for file in ["LICENSE", "README.md"] {
            copy(&root.join(file), &dist.join(file))?;
        }
        let manifest = fs::read_to_string(root.join("spin.toml")).context("can't read spin.toml")?;
        let manifest = relocate(&manifest);
        fs::write(dist.join("spin.toml"), manifest).context("can't write dist/spin.toml")
    })?;
    println!("dist/ is ready: dist/bin/roomtalk up");
    Ok(())
}

/// Points a manifest's sources into dist/ and leaves out its build sections, which mean nothing there.
fn relocate(manifest: &str) -> String {
    let mut out = String::new();
    let mut build = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            build = line.ends_with(".build]");
        }
        if !build {
            out += &line.replace(COMPONENT_DIR, "components").replace("\"web/dist\"", "\"web\"");
            out.push('\n');
        }
    }
    out
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).with_context(|| format!("can't make {}", parent.display()))?;
    }
    fs::copy(from, to).with_context(|| format!("can't copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("can't read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() { copy_folder(&entry.path(), &target)? } else { copy(&entry.path(), &target)? }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::relocate;

    #[test]
    fn a_relocated_manifest_points_into_dist_and_builds_nothing() {
        let manifest = "[component.site]\nsource = \"target/wasm32-wasip2/component/site.wasm\"\n\
                        files = [{ source = \"web/dist\", destination = \"/\" }]\n\
                        [component.site.build]\ncommand = \"cargo build\"\n[component.rooms]\n";
        let expected = "[component.site]\nsource = \"components/site.wasm\"\n\
                        files = [{ source = \"web\", destination = \"/\" }]\n[component.rooms]\n";
        assert_eq!(relocate(manifest), expected);
    }
}
