//! The Rust functions behind the sandbox.

use mlua::{FromLuaMulti, Function, IntoLua, Lua, MultiValue, Table, Value};

use super::{
    bits,
    cache::sha1_hex,
    convert::error_table,
    json, json_read,
    raised::{raise, unwrap},
};

/// The table that `sandbox.lua` takes.
pub(super) fn functions(lua: &Lua) -> mlua::Result<Table> {
    let native = lua.create_table()?;
    native.raw_set("null", Value::NULL)?;
    let set = |name: &str, function: Function| native.raw_set(name, function);
    set("encode", function(lua, "bad argument #1 to 'encode'", |_, value: Value| json::encode(&value))?)?;
    set(
        "decode",
        function(lua, "bad argument #1 to 'decode' (string expected)", |lua, text: mlua::LuaString| {
            json_read::decode(lua, &text.as_bytes())
        })?,
    )?;
    set(
        "sha1hex",
        function(lua, "wrong number of arguments", |_, (text,): (mlua::LuaString,)| Ok(sha1_hex(&text.as_bytes())))?,
    )?;
    set(
        "log",
        function(lua, "redis.log() requires two arguments or more.", |_, (level, text): (i64, mlua::LuaString)| {
            tracing::debug!(level, text = %text.to_string_lossy(), "redis.log");
            Ok(Value::Nil)
        })?,
    )?;
    set(
        "setresp",
        function(lua, "redis.setresp() requires one argument.", |_, version: i64| {
            if version == 2 { Ok(Value::Nil) } else { Err("RESP version must be 2.".to_owned()) }
        })?,
    )?;
    set(
        "error_reply",
        function(lua, "wrong number or type of arguments", |lua, text: mlua::LuaString| {
            error_table(lua, &error_reply(&text.to_string_lossy())).map_err(|error| error.to_string())
        })?,
    )?;
    set(
        "status_reply",
        function(lua, "wrong number or type of arguments", |lua, text: mlua::LuaString| {
            let table = lua.create_table().map_err(|error| error.to_string())?;
            table.raw_set("ok", text).map_err(|error| error.to_string())?;
            Ok(table)
        })?,
    )?;
    set("unwrap", lua.create_function(unwrap)?)?;
    bits::functions(lua, &native)?;
    Ok(native)
}

/// A function that gets arguments of the wanted types, or answers `refusal`.
pub(super) fn function<A: FromLuaMulti, R: IntoLua>(
    lua: &Lua,
    refusal: &'static str,
    run: impl Fn(&Lua, A) -> Result<R, String> + 'static,
) -> mlua::Result<Function> {
    lua.create_function(move |lua, arguments: MultiValue| {
        let outcome = match A::from_lua_multi(arguments, lua) {
            Ok(arguments) => run(lua, arguments),
            Err(_) => Err(refusal.to_owned()),
        };
        outcome
            .and_then(|value| value.into_lua(lua).map_err(|error| error.to_string()))
            .map_err(|text| raise(lua, &text))
    })
}

/// The error text that `redis.error_reply` means: `-CODE text` as it is, anything else as a generic error.
fn error_reply(text: &str) -> String {
    let text = text.trim_end_matches(['\r', '\n']);
    // Without a dash one is added first, as scripts from before Redis 7 expect.
    let text = text.strip_prefix('-').unwrap_or(text);
    if text.contains(' ') { text.to_owned() } else { format!("ERR {text}") }
}
