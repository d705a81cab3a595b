//! `redis.call` and `redis.pcall`.

use std::{cell::RefCell, mem, rc::Rc};

use bytes::Bytes;
use mlua::{Lua, MultiValue, Table, Value};

use super::{convert, raised::Raised};
use crate::{
    Reply,
    engine::{
        commands::{self, NotFound},
        number::format_g17,
        server::Server,
    },
};

/// What the two functions call: the server, which is here while a script runs, and whether the script may only read.
#[derive(Debug, Default)]
pub(super) struct Caller(RefCell<Option<(Server, bool)>>);

impl Caller {
    /// Puts the two functions into a table. They stay there: to make them for each script costs as much as calling them.
    pub(super) fn functions(self: &Rc<Self>, lua: &Lua, table: &Table) -> mlua::Result<()> {
        let caller = Rc::clone(self);
        let call = lua.create_function(move |lua, arguments: MultiValue| match caller.call(&arguments) {
            Ok(reply) => convert::to_lua(lua, &reply),
            Err(text) => Err(mlua::Error::external(Raised::Table(text))),
        })?;
        let caller = Rc::clone(self);
        let protected = lua.create_function(move |lua, arguments: MultiValue| match caller.call(&arguments) {
            Ok(reply) => convert::to_lua(lua, &reply),
            Err(text) => convert::error_table(lua, &text).map(Value::Table),
        })?;
        table.raw_set("call", call)?;
        table.raw_set("pcall", protected)
    }

    /// Has `server` here while `run` runs.
    pub(super) fn with<R>(&self, server: &mut Server, read_only: bool, run: impl FnOnce() -> R) -> R {
        let empty = Server::empty(server.pubsub.clone());
        self.0.replace(Some((mem::replace(server, empty), read_only)));
        let result = run();
        if let Some((back, _)) = self.0.take() {
            *server = back;
        }
        result
    }

    /// The reply, or an error to raise or to return.
    fn call(&self, arguments: &MultiValue) -> Result<Reply, String> {
        let mut running = self.0.borrow_mut();
        let (server, read_only) = running.as_mut().ok_or("ERR no script runs")?;
        match command(server, arguments, *read_only)? {
            Reply::Error(text) => Err(text),
            reply => Ok(reply),
        }
    }
}

fn command(server: &mut Server, arguments: &MultiValue, read_only: bool) -> Result<Reply, String> {
    if arguments.is_empty() {
        return Err("ERR Please specify at least one argument for this redis lib call".to_owned());
    }
    let mut command = Vec::with_capacity(arguments.len());
    for argument in arguments {
        command.push(match argument {
            Value::String(text) => Bytes::copy_from_slice(&text.as_bytes()),
            Value::Integer(number) => Bytes::from(number.to_string()),
            Value::Number(number) => Bytes::from(format_g17(*number)),
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
