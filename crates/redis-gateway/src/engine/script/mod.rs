//! Lua scripts.

mod bits;
mod cache;
mod convert;
mod host;
mod json;
mod json_read;
mod library;
mod raised;

use bytes::Bytes;
use mlua::{MultiValue, Value};

pub(crate) use cache::Scripts;

use super::{
    commands::{self, NotFound},
    failure::{Answer, Failure},
    server::Server,
};
use crate::Reply;
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

/// Runs a script of the cache.
pub(crate) fn run(server: &mut Server, sha: &str, call: &Call<'_>) -> Answer {
    // The interpreter is taken out while it runs, since the script's commands need the rest of the server.
    let mut host = match server.scripts.host.take() {
        Some(host) => host,
        None => Host::new().map_err(|error| Failure::new(format!("ERR Lua can't be started: {error}")))?,
    };
    let read_only = call.read_only || server.scripts.is_read_only(sha);
    let source = server.scripts.source(sha).ok_or(Failure::text("NOSCRIPT No matching script. Please use EVAL."))?;
    let (ended, reusable) = host.run(sha, &source, call, &mut |arguments| command(server, &arguments, read_only));
    if reusable {
        server.scripts.host = Some(host);
    }
    match ended {
        Ended::Returned(reply) => Ok(reply),
        Ended::Failed { text, line: Some(line) } => {
            Err(Failure::new(format!("{text} script: {sha}, on @user_script:{line}.")))
        }
        Ended::Failed { text, line: None } => Err(Failure::new(text)),
    }
}

/// `redis.call`: the reply, or an error to raise.
fn command(server: &mut Server, arguments: &MultiValue, read_only: bool) -> Result<Reply, String> {
    if arguments.is_empty() {
        return Err("ERR Please specify at least one argument for this redis lib call".to_owned());
    }
    let mut command = Vec::with_capacity(arguments.len());
    for argument in arguments {
        command.push(match argument {
            Value::String(text) => Bytes::copy_from_slice(&text.as_bytes()),
            Value::Integer(number) => Bytes::from(number.to_string()),
            Value::Number(number) => Bytes::from(super::number::format_g17(*number)),
            _ => return Err("ERR Lua redis lib command arguments must be strings or integers".to_owned()),
        });
    }
    let spec = match commands::find(&command) {
        Ok(spec) => spec,
        Err(NotFound::Arity(_)) => return Err("ERR Wrong number of args calling Redis command from script".to_owned()),
        Err(NotFound::Name(_)) => return Err("ERR Unknown Redis command called from script".to_owned()),
    };
    if !spec.in_scripts {
        return Err("ERR This Redis command is not allowed from script".to_owned());
    }
    if read_only && !spec.in_read_only_scripts {
        return Err("ERR Write commands are not allowed from read-only scripts.".to_owned());
    }
    Ok(server.run(spec, &command))
}
