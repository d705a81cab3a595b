//! Lua scripts, called by their hash.

use std::fmt::Write;
use std::sync::OnceLock;

use sha1::{Digest, Sha1};

use crate::{Arg, Command};

/// A script and its SHA-1, which is computed once.
pub struct Script {
    source: &'static str,
    sha: OnceLock<String>,
}

impl Script {
    /// A script with this source.
    pub const fn new(source: &'static str) -> Self {
        Self { source, sha: OnceLock::new() }
    }

    /// The source.
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// The source's SHA-1 in lower-case hex, as `EVALSHA` takes it.
    pub fn sha(&self) -> &str {
        self.sha.get_or_init(|| {
            Sha1::digest(self.source).iter().fold(String::with_capacity(40), |mut hex, byte| {
                // Writing to a String can't fail.
                let _ = write!(hex, "{byte:02x}");
                hex
            })
        })
    }

    /// A call of this script.
    pub fn call<'a>(&'a self, keys: Vec<Arg<'a>>, args: Vec<Arg<'a>>) -> Call<'a> {
        Call { script: self, keys, args }
    }
}

/// A script with its keys and arguments. Send [`Call::by_sha`] first, and [`Call::by_source`] only when the answer is a
/// refusal of kind [`crate::Kind::NoScript`]: every other failure may have had effects.
pub struct Call<'a> {
    script: &'a Script,
    keys: Vec<Arg<'a>>,
    args: Vec<Arg<'a>>,
}

impl Call<'_> {
    /// `EVALSHA`.
    pub fn by_sha(&self) -> Command<'_> {
        self.command("EVALSHA", self.script.sha())
    }

    /// `EVAL`, which also makes the store remember the script.
    pub fn by_source(&self) -> Command<'_> {
        self.command("EVAL", self.script.source)
    }

    fn command<'b>(&'b self, name: &'b str, script: &'b str) -> Command<'b> {
        Command::new(name).arg(script).arg(self.keys.len()).args(&self.keys).args(&self.args)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static SCRIPT: Script = Script::new("return redis.call('GET', KEYS[1])");

    #[test]
    fn the_hash_is_the_one_that_redis_computes() {
        // `redis-cli SCRIPT LOAD "return redis.call('GET', KEYS[1])"`
        assert_eq!(SCRIPT.sha(), "d3c21d0c2b9ca22f82737626a27bcaf5d288f99f");
    }

    #[test]
    fn a_call_names_its_keys_before_its_arguments() {
        let call = SCRIPT.call(vec!["k1".into(), "k2".into()], vec!["a".into()]);
        assert_eq!(
            serde_json::to_string(&call.by_sha()).unwrap(),
            r#"["EVALSHA","d3c21d0c2b9ca22f82737626a27bcaf5d288f99f","2","k1","k2","a"]"#
        );
        assert_eq!(
            serde_json::to_string(&call.by_source()).unwrap(),
            r#"["EVAL","return redis.call('GET', KEYS[1])","2","k1","k2","a"]"#
        );
    }
}
