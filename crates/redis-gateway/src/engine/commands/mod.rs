//! The commands: one file per family, one table of all.
// Every handler has the one signature of the table.
#![allow(clippy::unnecessary_wraps)]

mod expiry;
mod hashes;
mod keys;
mod lists;
mod publish;
mod scan;
mod scripting;
mod serverinfo;
mod sets;
mod streams;
mod strings;
mod zsets;

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use bytes::Bytes;

use super::{
    failure::{Answer, Failure},
    server::Server,
};

/// What runs a command. The arguments include its name.
pub(crate) type Run = fn(&mut Server, &[Bytes]) -> Answer;

/// A command, or a subcommand.
#[derive(Debug)]
pub(crate) struct Spec {
    /// Its name in lower case; a subcommand's is `command|subcommand`.
    pub(crate) name: &'static str,
    /// How many arguments it takes, its name included; at least that many when negative.
    arity: i64,
    /// Whether it can change a key.
    pub(crate) writes: bool,
    /// Whether a script may call it.
    pub(crate) in_scripts: bool,
    /// Whether a read-only script may call it.
    pub(crate) in_read_only_scripts: bool,
    /// The code.
    pub(crate) run: Run,
}

impl Spec {
    /// A command that changes nothing.
    const fn read(name: &'static str, arity: i64, run: Run) -> Self {
        Self { name, arity, writes: false, in_scripts: true, in_read_only_scripts: true, run }
    }

    /// A command that may change keys.
    const fn write(name: &'static str, arity: i64, run: Run) -> Self {
        Self { name, arity, writes: true, in_scripts: true, in_read_only_scripts: false, run }
    }

    /// A command that changes no key but is seen by others.
    const fn told(name: &'static str, arity: i64, run: Run) -> Self {
        Self { name, arity, writes: false, in_scripts: true, in_read_only_scripts: false, run }
    }

    /// A command that scripts can't call.
    const fn outside_scripts(name: &'static str, arity: i64, run: Run) -> Self {
        Self { name, arity, writes: false, in_scripts: false, in_read_only_scripts: false, run }
    }

    /// A command that only has subcommands.
    const fn container(name: &'static str) -> Self {
        Self::read(name, -2, |_, args| Err(Failure::not_available(&args[0])))
    }

    /// Whether it can be called with so many arguments, its name included.
    pub(crate) fn takes(&self, arguments: usize) -> bool {
        let arguments = arguments as i64;
        if self.arity < 0 { arguments >= -self.arity } else { arguments == self.arity }
    }
}

/// All families.
const FAMILIES: &[&[Spec]] = &[
    strings::COMMANDS,
    strings::counters::COMMANDS,
    strings::ranges::COMMANDS,
    strings::bits::COMMANDS,
    keys::COMMANDS,
    expiry::COMMANDS,
    scan::COMMANDS,
    hashes::COMMANDS,
    hashes::more::COMMANDS,
    lists::COMMANDS,
    lists::moves::COMMANDS,
    lists::search::COMMANDS,
    sets::COMMANDS,
    sets::algebra::COMMANDS,
    zsets::COMMANDS,
    zsets::add::COMMANDS,
    zsets::range::COMMANDS,
    zsets::remove::COMMANDS,
    zsets::algebra::COMMANDS,
    streams::COMMANDS,
    streams::add::COMMANDS,
    streams::read::COMMANDS,
    streams::info::COMMANDS,
    publish::COMMANDS,
    scripting::COMMANDS,
    serverinfo::COMMANDS,
];

static TABLE: LazyLock<HashMap<&'static str, &'static Spec>> =
    LazyLock::new(|| FAMILIES.iter().copied().flatten().map(|spec| (spec.name, spec)).collect());

/// The commands that only have subcommands.
static CONTAINERS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| TABLE.keys().filter_map(|name| name.split_once('|')).map(|(container, _)| container).collect());

/// How many commands there are.
pub(crate) fn total() -> usize {
    TABLE.keys().filter(|name| !name.contains('|')).count()
}

/// Why a command line is no command.
pub(crate) enum NotFound {
    /// There is no such command or subcommand.
    Name(Failure),
    /// It takes fewer or more arguments.
    Arity(&'static Spec),
}

impl From<NotFound> for Failure {
    fn from(reason: NotFound) -> Self {
        match reason {
            NotFound::Name(failure) => failure,
            NotFound::Arity(spec) => Self::arity(spec.name),
        }
    }
}

/// The command that a command line calls, if it is one with so many arguments.
pub(crate) fn find(command: &[Bytes]) -> Result<&'static Spec, NotFound> {
    let name = command.first().ok_or(NotFound::Name(Failure::text("ERR empty command")))?;
    let mut spec = named(name).ok_or_else(|| NotFound::Name(Failure::not_available(name)))?;
    if CONTAINERS.contains(spec.name)
        && let Some(sub) = command.get(1)
    {
        let full = [spec.name.as_bytes(), b"|", sub].concat();
        spec = named(&full).ok_or_else(|| NotFound::Name(Failure::subcommand(&spec.name.to_ascii_uppercase(), sub)))?;
    }
    if spec.takes(command.len()) { Ok(spec) } else { Err(NotFound::Arity(spec)) }
}

/// The command of this name, in any case.
pub(crate) fn named(name: &[u8]) -> Option<&'static Spec> {
    let mut lower = [0; 32];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    TABLE.get(std::str::from_utf8(lower).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_one_entry_that_is_found_in_any_case() {
        let entries = FAMILIES.iter().copied().flatten().count();
        assert_eq!(entries, TABLE.len());
        for spec in FAMILIES.iter().copied().flatten() {
            assert_eq!(named(spec.name.to_ascii_uppercase().as_bytes()).map(|found| found.name), Some(spec.name));
        }
        assert!(named(b"nosuchcommand").is_none());
        assert!(named(&[b'x'; 100]).is_none());
    }
}
