//! Typed access to the fields of a JSON object. `null` is the same as absent.

use serde_json::{Map, Value};

use crate::{Error, Result};

/// The text in `name`, if there is one.
pub(crate) fn text<'a>(fields: &'a Map<String, Value>, name: &'static str) -> Result<Option<&'a str>> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Error::invalid(name, "must be a string")),
    }
}

/// The list in `name`, empty if there is none.
pub(crate) fn list<'a>(fields: &'a Map<String, Value>, name: &'static str) -> Result<&'a [Value]> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(Error::invalid(name, "must be an array")),
    }
}

/// The object in `name`, if there is one.
pub(crate) fn object<'a>(fields: &'a Map<String, Value>, name: &'static str) -> Result<Option<&'a Map<String, Value>>> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(Error::invalid(name, "must be an object")),
    }
}

/// `text`, if it has at most `most` characters (Unicode scalar values); `name` is the field to blame.
pub(crate) fn at_most(text: String, most: usize, name: &'static str) -> Result<String> {
    if text.chars().nth(most).is_none() {
        Ok(text)
    } else {
        Err(Error::invalid(name, format!("must have at most {most} characters")))
    }
}
