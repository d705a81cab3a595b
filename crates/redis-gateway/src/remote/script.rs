//! Scripts written for Upstash, made fit for a Redis server.
//!
//! A first line `#!lua flags=allow-key-locking` lets Upstash run a script without its global lock. Redis knows no such
//! flag and refuses the script, so the flag is taken out before Redis sees it. That changes the script's digest; callers
//! keep using the digest of what they sent, so this module remembers which digest stands for which.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use sha1::{Digest, Sha1};

use crate::backend::Command;

/// What Upstash knows and Redis does not.
const FLAG: &str = "allow-key-locking";
/// Digests remembered. Beyond it all are forgotten: that costs each caller one NOSCRIPT, which it must handle anyway.
const REMEMBERED: usize = 10_000;

/// The digests of scripts as they were sent (lower case hex), each with the digest of what Redis was given.
#[derive(Debug, Default)]
pub(super) struct Scripts {
    digests: Mutex<HashMap<String, String>>,
}

impl Scripts {
    /// The commands as Redis shall get them, and for each SCRIPT LOAD that was changed its index and the digest that its
    /// caller expects.
    pub(super) fn rewrite(&self, mut commands: Vec<Command>) -> (Vec<Command>, Vec<(usize, Bytes)>) {
        let mut answers = Vec::new();
        for (index, command) in commands.iter_mut().enumerate() {
            if let Some(digest) = self.rewrite_one(command) {
                answers.push((index, digest));
            }
        }
        (commands, answers)
    }

    fn rewrite_one(&self, command: &mut Command) -> Option<Bytes> {
        let name = command.first()?;
        if is(name, "EVAL") || is(name, "EVAL_RO") {
            self.strip(command.get_mut(1)?);
        } else if is(name, "EVALSHA") || is(name, "EVALSHA_RO") {
            self.translate(command.get_mut(1)?);
        } else if is(name, "SCRIPT") {
            let what = command.get(1)?.clone();
            if is(&what, "LOAD") && command.len() == 3 {
                return self.strip(command.get_mut(2)?);
            }
            if is(&what, "EXISTS") {
                command.iter_mut().skip(2).for_each(|digest| self.translate(digest));
            }
        }
        None
    }

    /// Takes the flag out of a script; the digest of the original when there was one.
    fn strip(&self, script: &mut Bytes) -> Option<Bytes> {
        let stripped = without_flag(script)?;
        let original = hex_digest(script);
        *script = stripped;
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        if digests.len() >= REMEMBERED {
            digests.clear();
        }
        digests.insert(original.clone(), hex_digest(script));
        Some(original.into())
    }

    /// Puts the digest that Redis knows in place of the original's.
    fn translate(&self, digest: &mut Bytes) {
        let Ok(text) = std::str::from_utf8(digest) else { return };
        let digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = digests.get(&text.to_ascii_lowercase()) {
            *digest = known.clone().into();
        }
    }
}

/// The script without the flag, or nothing when it does not have it. The line itself stays, so that line numbers in errors
/// stay right; a shebang that held this flag only goes, since with one Redis applies stricter rules.
fn without_flag(script: &[u8]) -> Option<Bytes> {
    let end = script.iter().position(|byte| *byte == b'\n').unwrap_or(script.len());
    let (line, rest) = script.split_at(end);
    let line = std::str::from_utf8(line).ok()?.strip_prefix("#!lua")?;
    let mut found = false;
    let mut kept = String::new();
    for word in line.split_ascii_whitespace() {
        let Some(flags) = word.strip_prefix("flags=") else {
            kept.push(' ');
            kept.push_str(word);
            continue;
        };
        let others: Vec<&str> = flags.split(',').filter(|flag| *flag != FLAG).collect();
        found |= others.len() != flags.split(',').count();
        if !others.is_empty() {
            kept.push_str(" flags=");
            kept.push_str(&others.join(","));
        }
    }
    let first = if kept.is_empty() { Vec::new() } else { format!("#!lua{kept}").into_bytes() };
    found.then(|| [&first, rest].concat().into())
}

fn hex_digest(script: &[u8]) -> String {
    Sha1::digest(script).iter().fold(String::with_capacity(40), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn is(name: &[u8], command: &str) -> bool {
    name.eq_ignore_ascii_case(command.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(words: &[&str]) -> Command {
        words.iter().map(|word| Bytes::copy_from_slice(word.as_bytes())).collect()
    }

    #[test]
    fn the_flag_goes_and_all_else_stays() {
        let cases = [
            ("#!lua flags=allow-key-locking\nreturn 1", Some("\nreturn 1")),
            ("#!lua flags=allow-key-locking\r\nreturn 1", Some("\nreturn 1")),
            ("#!lua flags=no-writes,allow-key-locking\nreturn 1", Some("#!lua flags=no-writes\nreturn 1")),
            ("#!lua name=x flags=allow-key-locking\nreturn 1", Some("#!lua name=x\nreturn 1")),
            ("#!lua flags=allow-key-locking", Some("")),
            ("#!lua flags=no-writes\nreturn 1", None),
            ("#!lua\nreturn 1", None),
            ("return '#!lua flags=allow-key-locking'", None),
            ("", None),
        ];
        for (script, expected) in cases {
            let got = without_flag(script.as_bytes());
            assert_eq!(got.as_deref(), expected.map(str::as_bytes), "{script:?}");
        }
    }

    #[test]
    fn a_changed_script_is_known_by_the_digest_of_the_original() {
        let scripts = Scripts::default();
        let original = "#!lua flags=allow-key-locking\nreturn 1";
        let digest = hex_digest(original.as_bytes());
        let stripped = hex_digest(b"\nreturn 1");
        let evalsha = command(&["evalsha", &digest.to_uppercase(), "0"]);

        let (before, _) = scripts.rewrite(vec![evalsha.clone()]);
        assert_eq!(before, std::slice::from_ref(&evalsha), "what was never seen is passed on as it is");

        let (commands, answers) = scripts.rewrite(vec![
            command(&["PING"]),
            command(&["script", "load", original]),
            evalsha,
            command(&["SCRIPT", "EXISTS", "0", &digest]),
        ]);
        assert_eq!(commands[1], command(&["script", "load", "\nreturn 1"]));
        assert_eq!(commands[2], command(&["evalsha", &stripped, "0"]));
        assert_eq!(commands[3], command(&["SCRIPT", "EXISTS", "0", &stripped]));
        assert_eq!(answers, [(1, Bytes::from(digest))]);
    }
}
