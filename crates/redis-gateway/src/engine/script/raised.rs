//! Errors that Rust functions raise in scripts.

use mlua::{Lua, Value};

use super::convert::error_table;

/// What a script sees of such an error.
#[derive(Debug, thiserror::Error)]
pub(super) enum Raised {
    /// `{err = text}`: a command failed.
    #[error("{0}")]
    Table(String),
    /// A text: a library function was called wrongly.
    #[error("{0}")]
    Text(String),
}

/// A text, with the place of the caller in front as Lua's own functions have it.
pub(super) fn raise(lua: &Lua, text: &str) -> mlua::Error {
    let place = lua.inspect_stack(1, |debug| {
        let source = debug.source().short_src.map(std::borrow::Cow::into_owned);
        source.zip(debug.current_line()).map(|(source, line)| format!("{source}:{line}: "))
    });
    mlua::Error::external(Raised::Text(format!("{}{text}", place.flatten().unwrap_or_default())))
}

/// The error as scripts see it.
pub(super) fn unwrap(lua: &Lua, failure: Value) -> mlua::Result<Value> {
    let Value::Error(error) = failure else { return Ok(failure) };
    match error.downcast_ref::<Raised>() {
        Some(Raised::Table(text)) => error_table(lua, text).map(Value::Table),
        Some(Raised::Text(text)) => lua.create_string(text).map(Value::String),
        None => lua.create_string(error.to_string()).map(Value::String),
    }
}
