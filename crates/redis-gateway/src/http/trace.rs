//! The span of a request: which commands it has, and how they ended. Never a key, a value, or an error's own words, which may
//! quote them.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::request::Parts;
use traces::{Kind, Span, TraceParent, Tracer};

use super::form::Call;
use crate::Reply;
use crate::backend::Command;
use crate::engine;

/// A span for a request that may be answered.
pub(super) fn begin(tracer: &Tracer, head: &Parts) -> Span {
    if !tracer.is_on() {
        return Span::default();
    }
    let mut span = tracer.follow("request", Kind::Server, TraceParent::of(&head.headers));
    span.set("db.system.name", "redis");
    span
}

/// What the request turned out to ask for.
pub(super) fn name(span: &mut Span, call: &Call) {
    if !span.is_kept() {
        return;
    }
    let (name, commands) = match call {
        Call::Command(command) => (command_name(command), None),
        Call::Pipeline(commands) => ("PIPELINE".to_owned(), Some(commands)),
        Call::Transaction(commands) => ("MULTI".to_owned(), Some(commands)),
    };
    span.set("db.operation.name", name.clone());
    span.rename(name);
    if let Some(commands) = commands {
        span.set("db.operation.batch.size", commands.len());
        let names: BTreeSet<String> = commands.iter().map(command_name).collect();
        span.set("roomtalk.commands", names.into_iter().collect::<Vec<_>>().join(" "));
    }
}

/// The name of a command that there is. Anything else may be a value in the wrong place.
fn command_name(command: &Command) -> String {
    let name = command.first().map(Bytes::as_ref).unwrap_or_default();
    engine::command_name(name).map_or_else(|| "other".to_owned(), str::to_ascii_uppercase)
}

/// The whole request failed.
pub(super) fn fail(span: &mut Span, text: &str) {
    if span.is_kept() {
        span.fail(kind(text));
    }
}

/// Some commands may have failed.
pub(super) fn count_failed(span: &mut Span, replies: &[Reply]) {
    if !span.is_kept() {
        return;
    }
    let mut failed = replies.iter().filter_map(|reply| match reply {
        Reply::Error(text) => Some(kind(text)),
        _ => None,
    });
    if let Some(first) = failed.next() {
        span.set("roomtalk.failed", 1 + failed.count());
        span.fail(first);
    }
}

/// The kind of an error, its first word, in capitals.
fn kind(text: &str) -> String {
    let word = text.split(' ').next().unwrap_or_default();
    let is_kind = !word.is_empty() && word.len() <= 32 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_kind { word.to_owned() } else { "ERR".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_commands_are_told() {
        let name = |text: &'static str| command_name(&vec![Bytes::from_static(text.as_bytes())]);
        assert_eq!(
            (name("evalsha"), name("XAdd"), name("PUBLISH")),
            ("EVALSHA".into(), "XADD".into(), "PUBLISH".into())
        );
        for other in ["", "aB3dE5fG7h", "a secret", "config|get"] {
            assert_eq!(name(other), "other", "{other}");
        }
    }

    #[test]
    fn only_the_kind_of_an_error_is_told() {
        assert_eq!(kind("NOSCRIPT No matching script"), "NOSCRIPT");
        assert_eq!(kind("WRONGTYPE Operation"), "WRONGTYPE");
        for other in ["", "secret text", "Secret", "SECRET-1 x"] {
            assert_eq!(kind(other), "ERR", "{other}");
        }
    }
}
