//! `cjson.encode`, with the output and the errors of lua-cjson.

use mlua::{Table, Value};

use crate::engine::number::format_g;

/// Tables nested deeper are refused.
const DEPTH: usize = 1000;
/// An array whose highest index is above this, and more than twice its size, is refused.
const SPARSE_SAFE: usize = 10;
const SPARSE_RATIO: usize = 2;

/// A value as JSON text.
pub(super) fn encode(value: &Value) -> Result<mlua::BString, String> {
    let mut out = Vec::new();
    write_value(&mut out, value, 0)?;
    Ok(out.into())
}

fn write_value(out: &mut Vec<u8>, value: &Value, depth: usize) -> Result<(), String> {
    match value {
        Value::Nil => out.extend(b"null"),
        Value::LightUserData(pointer) if pointer.0.is_null() => out.extend(b"null"),
        Value::Boolean(value) => out.extend(if *value { b"true".as_slice() } else { b"false" }),
        Value::Integer(number) => out.extend(number_text(*number as f64)?.bytes()),
        Value::Number(number) => out.extend(number_text(*number)?.bytes()),
        Value::String(text) => write_string(out, &text.as_bytes()),
        Value::Table(table) => write_table(out, table, depth + 1)?,
        other => return Err(format!("Cannot serialise {}: type not supported", other.type_name())),
    }
    Ok(())
}

fn number_text(number: f64) -> Result<String, String> {
    if number.is_finite() {
        Ok(format_g(number, 14))
    } else {
        Err("Cannot serialise number: must not be NaN or Inf".to_owned())
    }
}

fn write_string(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for byte in text {
        match byte {
            b'"' => out.extend(b"\\\""),
            b'\\' => out.extend(b"\\\\"),
            b'/' => out.extend(b"\\/"),
            0x08 => out.extend(b"\\b"),
            0x0c => out.extend(b"\\f"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            0..=0x1f | 0x7f => out.extend(format!("\\u{byte:04x}").bytes()),
            _ => out.push(*byte),
        }
    }
    out.push(b'"');
}

fn write_table(out: &mut Vec<u8>, table: &Table, depth: usize) -> Result<(), String> {
    if depth > DEPTH {
        return Err(format!("Cannot serialise, excessive depth ({depth})"));
    }
    if let Some(length) = array_length(table)? {
        out.push(b'[');
        for index in 1..=length {
            if index > 1 {
                out.push(b',');
            }
            let value: Value = table.raw_get(index).map_err(|error| error.to_string())?;
            write_value(out, &value, depth)?;
        }
        out.push(b']');
        return Ok(());
    }
    out.push(b'{');
    for (place, pair) in table.pairs::<Value, Value>().enumerate() {
        let (key, value) = pair.map_err(|error| error.to_string())?;
        if place > 0 {
            out.push(b',');
        }
        match key {
            Value::String(text) => write_string(out, &text.as_bytes()),
            Value::Integer(number) => out.extend(format!("\"{}\"", number_text(number as f64)?).bytes()),
            Value::Number(number) => out.extend(format!("\"{}\"", number_text(number)?).bytes()),
            other => {
                return Err(format!("Cannot serialise {}: table key must be a number or string", other.type_name()));
            }
        }
        out.push(b':');
        write_value(out, &value, depth)?;
    }
    out.push(b'}');
    Ok(())
}

/// The highest index, when all keys are positive integers and there is one at all.
fn array_length(table: &Table) -> Result<Option<usize>, String> {
    let (mut highest, mut items) = (0, 0);
    for pair in table.pairs::<Value, Value>() {
        let index = match pair.map_err(|error| error.to_string())?.0 {
            Value::Integer(index) if index > 0 => index as usize,
            Value::Number(index) if index >= 1.0 && index.fract() == 0.0 => index as usize,
            _ => return Ok(None),
        };
        highest = highest.max(index);
        items += 1;
    }
    if highest > SPARSE_SAFE && highest > items * SPARSE_RATIO {
        return Err("Cannot serialise table: excessively sparse array".to_owned());
    }
    Ok((highest > 0).then_some(highest))
}
