//! The interpreter.

use std::{
    cell::Cell,
    collections::HashMap,
    rc::Rc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use mlua::{Function, HookTriggers, Lua, LuaOptions, MultiValue, StdLib, Table, Value, VmState};

use super::{Call, caller::Caller, convert, library};
use crate::{Reply, engine::server::Server};

/// How long a script may run.
const TIME_LIMIT: Duration = Duration::from_secs(5);
/// Memory that the interpreter may use, in bytes.
const MEMORY_LIMIT: usize = 256 << 20;
/// The clock is looked at every so many instructions.
const CHECK_EVERY: u32 = 10_000;
/// The name that error texts give to a script.
const CHUNK: &str = "@user_script";

/// How a script ended.
pub(super) enum Ended {
    Returned(Reply),
    Failed { text: String, line: Option<i64> },
}

/// Lua with what scripts may use of it.
#[derive(Debug)]
pub(super) struct Host {
    lua: Lua,
    env: Table,
    /// Runs a function with KEYS and ARGV.
    run: Function,
    caller: Rc<Caller>,
    compiled: HashMap<String, Function>,
    clock: Rc<Clock>,
}

/// Stops a script that takes too long.
#[derive(Debug)]
struct Clock {
    start: Instant,
    /// After `start`.
    deadline: Cell<Duration>,
    expired: Cell<bool>,
}

impl Host {
    pub(super) fn new() -> mlua::Result<Self> {
        let libraries = StdLib::STRING | StdLib::TABLE | StdLib::MATH;
        let lua = Lua::new_with(libraries, LuaOptions::new().catch_rust_panics(false))?;
        let native = library::functions(&lua)?;
        native.raw_set("line", lua.create_function(|lua, ()| Ok(current_line(lua)))?)?;
        let prelude = lua.load(include_str!("sandbox.lua")).set_name("=sandbox").into_function()?;
        let caller = Rc::<Caller>::default();
        caller.functions(&lua, &native)?;
        let (env, run) = prelude.call::<(Table, Function)>(native)?;
        let clock = Rc::new(Clock { start: Instant::now(), deadline: Cell::default(), expired: Cell::default() });
        watch(&lua, &clock, CHECK_EVERY)?;
        Ok(Self { lua, env, run, caller, compiled: HashMap::new(), clock })
    }

    pub(super) fn forget(&mut self, sha: &str) {
        self.compiled.remove(sha);
    }

    /// Runs a script; false when the interpreter is not fit for another.
    pub(super) fn run(
        &mut self,
        sha: &str,
        source: &Bytes,
        call: &Call<'_>,
        read_only: bool,
        server: &mut Server,
    ) -> (Ended, bool) {
        self.clock.deadline.set(self.clock.start.elapsed() + TIME_LIMIT);
        let outcome = self.try_run(sha, source, call, read_only, server);
        if self.clock.expired.get() {
            let text = format!("ERR Script ran longer than {} s and was stopped", TIME_LIMIT.as_secs());
            return (Ended::Failed { text, line: None }, false);
        }
        match outcome {
            Ok(ended) => (ended, true),
            Err(mlua::Error::MemoryError(_)) => {
                let text = format!("ERR Script used more than {} MiB and was stopped", MEMORY_LIMIT >> 20);
                (Ended::Failed { text, line: None }, false)
            }
            Err(error) => (Ended::Failed { text: format!("ERR Error running script: {error}"), line: None }, false),
        }
    }

    fn compile(&mut self, sha: &str, source: &Bytes) -> mlua::Result<Function> {
        if let Some(function) = self.compiled.get(sha) {
            return Ok(function.clone());
        }
        let chunk = self.lua.load(source.as_ref()).set_name(CHUNK).set_environment(self.env.clone());
        let function = chunk.set_mode(mlua::chunk::ChunkMode::Text).into_function()?;
        self.compiled.insert(sha.to_owned(), function.clone());
        Ok(function)
    }

    fn try_run(
        &mut self,
        sha: &str,
        source: &Bytes,
        call: &Call<'_>,
        read_only: bool,
        server: &mut Server,
    ) -> mlua::Result<Ended> {
        let function = self.compile(sha, source)?;
        let strings = |items: &[Bytes]| {
            let table = self.lua.create_table_with_capacity(items.len(), 0)?;
            for item in items {
                table.raw_push(self.lua.create_string(item)?)?;
            }
            Ok::<_, mlua::Error>(table)
        };
        let (keys, argv) = (strings(call.keys)?, strings(call.arguments)?);
        // Under a limit each single allocation is made ready to fail, which would double the cost of handing values over;
        // what is handed over is bounded anyway.
        self.lua.set_memory_limit(MEMORY_LIMIT)?;
        let returned =
            self.caller.with(server, read_only, || self.run.call::<(bool, MultiValue)>((function, keys, argv)));
        self.lua.set_memory_limit(0)?;
        let (ok, mut values) = returned?;
        let value = values.pop_front().unwrap_or(Value::Nil);
        if ok {
            let result = if values.is_empty() { convert::to_reply(&value, 0) } else { convert::list(&values) };
            return Ok(match result {
                Ok(reply) => Ended::Returned(reply),
                Err(text) => Ended::Failed { text, line: None },
            });
        }
        Ok(match value {
            Value::Table(failure) => {
                Ended::Failed { text: convert::error_text(&failure)?, line: failure.raw_get::<Option<i64>>("line")? }
            }
            // The handler itself had no memory left to run.
            other => Ended::Failed { text: format!("ERR {}", other.to_string()?), line: None },
        })
    }
}

/// The line of the script that runs now.
fn current_line(lua: &Lua) -> Option<usize> {
    for level in 0.. {
        let line = lua.inspect_stack(level, |debug| {
            let ours = debug.source().source.is_some_and(|source| source == CHUNK);
            ours.then(|| debug.current_line()).flatten()
        })?;
        if line.is_some() {
            return line;
        }
    }
    None
}

/// Looks at the clock every so many instructions.
fn watch(lua: &Lua, clock: &Rc<Clock>, every: u32) -> mlua::Result<()> {
    let clock = Rc::clone(clock);
    lua.set_global_hook(HookTriggers::new().every_nth_instruction(every), move |lua, _| {
        if clock.start.elapsed() < clock.deadline.get() {
            return Ok(VmState::Continue);
        }
        // From now on every instruction fails, so that no pcall of the script can go on.
        clock.expired.set(true);
        if every > 1 {
            watch(lua, &clock, 1)?;
        }
        Err(mlua::Error::runtime("time is up"))
    })
}

/// Whether a script compiles; else Lua's text.
pub(super) fn check(source: &[u8]) -> Result<(), String> {
    thread_local! {
        // Compiling needs no library and runs nothing, so one bare interpreter serves all.
        static COMPILER: mlua::Result<Lua> = Lua::new_with(StdLib::NONE, LuaOptions::new());
    }
    COMPILER.with(|lua| {
        let lua = lua.as_ref().map_err(ToString::to_string)?;
        match lua.load(source).set_name(CHUNK).set_mode(mlua::chunk::ChunkMode::Text).into_function() {
            Ok(_) => Ok(()),
            Err(mlua::Error::SyntaxError { message, .. }) => Err(message),
            Err(error) => Err(error.to_string()),
        }
    })
}
