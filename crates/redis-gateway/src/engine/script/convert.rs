//! Between replies and Lua values, as Redis converts them.

use bytes::Bytes;
use mlua::{Lua, MultiValue, Table, Value};

use crate::{Reply, engine::number::format_g17};

/// Replies nested deeper are refused.
const DEPTH: usize = 500;

/// A reply as a Lua value.
pub(super) fn to_lua(lua: &Lua, reply: &Reply) -> mlua::Result<Value> {
    Ok(match reply {
        Reply::Nil => Value::Boolean(false),
        Reply::Integer(number) => Value::Number(*number as f64),
        Reply::Bulk(text) => Value::String(lua.create_string(text)?),
        Reply::Status(text) => field(lua, "ok", text)?,
        Reply::Error(text) => Value::Table(error_table(lua, text)?),
        Reply::Array(items) => {
            let table = lua.create_table_with_capacity(items.len(), 0)?;
            for (index, item) in items.iter().enumerate() {
                table.raw_set(index + 1, to_lua(lua, item)?)?;
            }
            Value::Table(table)
        }
    })
}

/// `{err = text}`.
pub(super) fn error_table(lua: &Lua, text: &str) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    table.raw_set("err", text)?;
    Ok(table)
}

fn field(lua: &Lua, name: &str, text: &str) -> mlua::Result<Value> {
    let table = lua.create_table()?;
    table.raw_set(name, text)?;
    Ok(Value::Table(table))
}

/// The text of an error table, on one line.
pub(super) fn error_text(failure: &Table) -> mlua::Result<String> {
    Ok(match failure.raw_get::<Value>("err")? {
        Value::String(text) => one_line(&text.as_bytes()),
        _ => "ERR unknown error".to_owned(),
    })
}

/// Statuses and errors hold no line breaks on Redis's wire.
fn one_line(text: &[u8]) -> String {
    String::from_utf8_lossy(text).trim_end_matches(['\r', '\n']).replace(['\r', '\n'], " ")
}

/// A list without holes or other fields, given by its items.
pub(super) fn list(items: &MultiValue) -> Result<Reply, String> {
    items.iter().map(|item| to_reply(item, 1)).collect::<Result<_, _>>().map(Reply::Array)
}

/// What a script returned as a reply; else an error text.
pub(super) fn to_reply(value: &Value, depth: usize) -> Result<Reply, String> {
    if depth > DEPTH {
        return Ok(Reply::Error("ERR reached lua stack limit".to_owned()));
    }
    Ok(match value {
        Value::Boolean(true) => Reply::Integer(1),
        Value::Integer(number) => Reply::Integer(*number),
        Value::Number(number) => Reply::Integer(truncate(*number)),
        Value::String(text) => Reply::Bulk(Bytes::copy_from_slice(&text.as_bytes())),
        Value::Table(table) => from_table(table, depth).map_err(|error| format!("ERR {error}"))?,
        _ => Reply::Nil,
    })
}

/// The integer part; a number that no integer has becomes the smallest, as C's conversion has it on x86.
fn truncate(number: f64) -> i64 {
    if number.abs() < 9_223_372_036_854_775_808.0 { number as i64 } else { i64::MIN }
}

fn from_table(table: &Table, depth: usize) -> mlua::Result<Reply> {
    let nested = |value: &Value| to_reply(value, depth + 1).map_err(mlua::Error::runtime);
    if let Value::String(text) = table.raw_get("err")? {
        return Ok(Reply::Error(one_line(&text.as_bytes())));
    }
    if let Value::String(text) = table.raw_get("ok")? {
        return Ok(Reply::Status(one_line(&text.as_bytes())));
    }
    match table.raw_get("double")? {
        Value::Number(number) => return Ok(Reply::Bulk(Bytes::from(format_g17(number)))),
        Value::Integer(number) => return Ok(Reply::Bulk(Bytes::from(number.to_string()))),
        _ => {}
    }
    if let Value::Table(map) = table.raw_get("map")? {
        let mut items = Vec::new();
        for pair in map.pairs::<Value, Value>() {
            let (key, value) = pair?;
            items.extend([nested(&key)?, nested(&value)?]);
        }
        return Ok(Reply::Array(items));
    }
    if let Value::Table(set) = table.raw_get("set")? {
        let keys = set.pairs::<Value, Value>().map(|pair| nested(&pair?.0));
        return Ok(Reply::Array(keys.collect::<mlua::Result<_>>()?));
    }
    if let Value::String(text) = table.raw_get("big_number")? {
        return Ok(Reply::Bulk(Bytes::from(one_line(&text.as_bytes()))));
    }
    if let Value::Table(verbatim) = table.raw_get("verbatim_string")?
        && let Value::String(text) = verbatim.raw_get("string")?
    {
        return Ok(Reply::Bulk(Bytes::copy_from_slice(&text.as_bytes())));
    }
    let mut items = Vec::new();
    for index in 1.. {
        match table.raw_get::<Value>(index)? {
            Value::Nil => break,
            value => items.push(nested(&value)?),
        }
    }
    Ok(Reply::Array(items))
}
