//! The script cache.

use bytes::Bytes;
use indexmap::IndexMap;
use sha1::{Digest, Sha1};

use super::host;
use crate::engine::failure::Failure;

/// Scripts kept; beyond that the oldest is forgotten, and its callers send it again on NOSCRIPT.
const LIMIT: usize = 4096;

/// The scripts that EVALSHA finds.
#[derive(Debug, Default)]
pub(crate) struct Scripts {
    sources: IndexMap<String, Script>,
}

#[derive(Debug)]
struct Script {
    source: Bytes,
    read_only: bool,
}

impl Scripts {
    /// Remembers a script that compiles; its SHA-1 in hex.
    pub(crate) fn load(&mut self, text: &Bytes) -> Result<String, Failure> {
        let sha = sha1_hex(text);
        if self.sources.contains_key(&sha) {
            return Ok(sha);
        }
        let (source, read_only) = shebang(text)?;
        host::check(&source)
            .map_err(|error| Failure::new(format!("ERR Error compiling script (new function): {error}")))?;
        if self.sources.len() >= LIMIT
            && let Some((oldest, _)) = self.sources.shift_remove_index(0)
        {
            super::forget(&oldest);
        }
        self.sources.insert(sha.clone(), Script { source, read_only });
        Ok(sha)
    }

    /// Whether a script is remembered.
    pub(crate) fn knows(&self, sha: &str) -> bool {
        self.sources.contains_key(sha)
    }

    /// Forgets all.
    pub(crate) fn flush(&mut self) {
        self.sources.clear();
        super::forget_all();
    }

    /// A script's text without its first line's flags.
    pub(super) fn source(&self, sha: &str) -> Option<Bytes> {
        self.sources.get(sha).map(|script| script.source.clone())
    }

    /// Whether a script says itself that it does not write.
    pub(super) fn is_read_only(&self, sha: &str) -> bool {
        self.sources.get(sha).is_some_and(|script| script.read_only)
    }
}

/// The SHA-1 in lower-case hex.
pub(super) fn sha1_hex(text: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha1::digest(text).iter().fold(String::with_capacity(40), |mut hex, byte| {
        // Writing to a String can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Reads `#!lua flags=a,b` on the first line: the rest of the text, and whether it must not write. The line break stays, so
/// that lines keep their numbers.
fn shebang(text: &Bytes) -> Result<(Bytes, bool), Failure> {
    if !text.starts_with(b"#!") {
        return Ok((text.clone(), false));
    }
    let end = text.iter().position(|byte| *byte == b'\n').ok_or(Failure::text("ERR Invalid script shebang"))?;
    let line = String::from_utf8_lossy(&text[..end]).into_owned();
    let mut words = line.split_ascii_whitespace();
    let engine = words.next().unwrap_or_default();
    if engine != "#!lua" {
        return Err(Failure::new(format!("ERR Unexpected engine in script shebang: {engine}")));
    }
    let mut read_only = false;
    for word in words {
        let flags = word
            .strip_prefix("flags=")
            .ok_or_else(|| Failure::new(format!("ERR Unknown lua shebang option: {word}")))?;
        for flag in flags.split(',') {
            match flag {
                "no-writes" => read_only = true,
                // Every script has the whole store to itself here, and there is one node.
                "allow-key-locking" | "allow-oom" | "allow-stale" | "no-cluster" | "allow-cross-slot-keys" | "" => {}
                other => return Err(Failure::new(format!("ERR Unexpected flag in script shebang: {other}"))),
            }
        }
    }
    Ok((text.slice(end..), read_only))
}
