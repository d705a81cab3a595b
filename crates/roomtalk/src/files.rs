//! Files that the launcher looks for or keeps.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The Spin application to run: the one named, else the nearest spin.toml in the folders above this program, which is
/// dist/ for dist/bin/roomtalk and the project's root for target/release/roomtalk.
pub(crate) fn manifest(named: Option<&Path>) -> Result<PathBuf> {
    if let Some(path) = named {
        if path.is_file() {
            return Ok(path.to_owned());
        }
        bail!("there is no file {}", path.display());
    }
    let program = std::env::current_exe().context("can't tell where this program lies")?;
    let found = program.ancestors().skip(1).map(|folder| folder.join("spin.toml")).find(|path| path.is_file());
    found.with_context(|| format!("no spin.toml in the folders above {}; name one with --manifest", program.display()))
}

/// Makes the data folder, for this user alone.
pub(crate) fn make_data_dir(folder: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("can't make the data folder {}", folder.display()))
}
