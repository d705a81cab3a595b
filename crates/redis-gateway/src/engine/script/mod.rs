//! Lua scripts.

mod bits;
mod cache;
mod caller;
mod convert;
mod host;
mod json;
mod json_read;
mod library;
mod raised;

use std::cell::Cell;

use bytes::Bytes;

pub(crate) use cache::Scripts;

use super::{
    failure::{Answer, Failure},
    server::Server,
};
use host::{Ended, Host};

/// What a script is called with.
pub(crate) struct Call<'a> {
    /// KEYS.
    pub(crate) keys: &'a [Bytes],
    /// ARGV.
    pub(crate) arguments: &'a [Bytes],
    /// Whether it may write.
    pub(crate) read_only: bool,
}

thread_local! {
    /// The interpreter. It belongs to the thread that runs the commands, since one that may go to another has to lock
    /// itself for each value. Started when the first script runs, and again after one that had to be stopped.
    static HOST: Cell<Option<Host>> = const { Cell::new(None) };
}

/// Runs a script of the cache.
pub(crate) fn run(server: &mut Server, sha: &str, call: &Call<'_>) -> Answer {
    let mut host = match HOST.take() {
        Some(host) => host,
        None => Host::new().map_err(|error| Failure::new(format!("ERR Lua can't be started: {error}")))?,
    };
    let read_only = call.read_only || server.scripts.is_read_only(sha);
    let source = server.scripts.source(sha).ok_or(Failure::text("NOSCRIPT No matching script. Please use EVAL."))?;
    let (ended, reusable) = host.run(sha, &source, call, read_only, server);
    if reusable {
        HOST.set(Some(host));
    }
    match ended {
        Ended::Returned(reply) => Ok(reply),
        Ended::Failed { text, line: Some(line) } => {
            Err(Failure::new(format!("{text} script: {sha}, on @user_script:{line}.")))
        }
        Ended::Failed { text, line: None } => Err(Failure::new(text)),
    }
}

/// Drops what the interpreter made of a script.
fn forget(sha: &str) {
    if let Some(mut host) = HOST.take() {
        host.forget(sha);
        HOST.set(Some(host));
    }
}

/// Drops the interpreter with all that it made.
fn forget_all() {
    HOST.take();
}
