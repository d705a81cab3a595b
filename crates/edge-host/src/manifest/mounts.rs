//! The host's files that a component may read.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::Mount;
use crate::{Error, Result};

/// The folders to open for each instance, read only.
pub(crate) struct Mounts {
    folders: Vec<(PathBuf, String)>,
    /// Holds copies of the files that patterns matched; removed when the application ends.
    _copies: Option<TempDir>,
}

impl Mounts {
    /// Checks the `files` of component `id`, and copies what patterns match. Paths are relative to `base`.
    pub(crate) fn prepare(id: &str, base: &Path, mounts: &[Mount]) -> Result<Self> {
        let key = format!("component.{id}.files");
        let mut folders = Vec::new();
        let mut copies = None;
        for mount in mounts {
            match mount {
                Mount::Folder { source, destination } => {
                    let folder = base.join(source);
                    if !folder.is_dir() {
                        return Err(Error::key(key, format!("`{source}` is not a folder")));
                    }
                    if !destination.starts_with('/') {
                        return Err(Error::key(key, format!("the destination `{destination}` must begin with `/`")));
                    }
                    folders.push((folder, destination.clone()));
                }
                Mount::Pattern(pattern) => {
                    let copies: &mut TempDir = match &mut copies {
                        Some(copies) => copies,
                        none => none.insert(tempfile::tempdir().map_err(read_error(base))?),
                    };
                    copy_matches(&key, base, pattern, copies.path())?;
                }
            }
        }
        folders.extend(copies.iter().map(|copies| (copies.path().to_path_buf(), "/".to_string())));
        Ok(Self { folders, _copies: copies })
    }

    /// Pairs of the host's folder and its place in the component.
    pub(crate) fn folders(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.folders.iter().map(|(folder, destination)| (folder.as_path(), destination.as_str()))
    }
}

fn copy_matches(key: &str, base: &Path, pattern: &str, target: &Path) -> Result<()> {
    let bad = |reason: String| Error::key(key, format!("`{pattern}`: {reason}"));
    if pattern.starts_with('/') || pattern.split('/').any(|part| part == "..") {
        return Err(bad("a pattern stays below the manifest's folder".into()));
    }
    let absolute = format!("{}/{pattern}", glob::Pattern::escape(&base.to_string_lossy()));
    let mut found = false;
    for entry in glob::glob(&absolute).map_err(|error| bad(error.to_string()))? {
        let path = entry.map_err(|error| bad(error.to_string()))?;
        if !path.is_file() {
            continue;
        }
        let relative = path.strip_prefix(base).map_err(|error| bad(error.to_string()))?;
        let copy = target.join(relative);
        fs::create_dir_all(copy.parent().unwrap_or(target)).map_err(read_error(&copy))?;
        fs::copy(&path, &copy).map_err(read_error(&path))?;
        found = true;
    }
    if found { Ok(()) } else { Err(bad("matches no file".into())) }
}

fn read_error(path: &Path) -> impl Fn(io::Error) -> Error {
    move |source| Error::Read { path: path.into(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_gives_its_files_at_their_relative_paths() {
        let base = tempfile::tempdir().unwrap();
        fs::create_dir_all(base.path().join("page/img")).unwrap();
        fs::write(base.path().join("page/img/a.txt"), "a").unwrap();
        fs::write(base.path().join("page/secret.key"), "b").unwrap();
        let mounts = Mounts::prepare("c", base.path(), &[Mount::Pattern("page/**/*.txt".into())]).unwrap();
        let (folder, destination) = mounts.folders().next().unwrap();
        assert_eq!(destination, "/");
        assert_eq!(fs::read_to_string(folder.join("page/img/a.txt")).unwrap(), "a");
        assert!(!folder.join("page/secret.key").exists());
    }

    #[test]
    fn folders_that_are_missing_and_patterns_that_escape_or_match_nothing_are_refused_by_name() {
        let base = tempfile::tempdir().unwrap();
        let refusal = |mount| Mounts::prepare("c", base.path(), &[mount]).err().unwrap().to_string();
        let folder = Mount::Folder { source: "dist".into(), destination: "/".into() };
        assert_eq!(refusal(folder), "component.c.files: `dist` is not a folder");
        assert!(refusal(Mount::Pattern("../*".into())).contains("stays below"));
        assert!(refusal(Mount::Pattern("*.html".into())).contains("matches no file"));
    }
}
