//! Commands, in the JSON form that the protocol takes.

use std::borrow::Cow;

use serde::Serialize;

/// A command and its arguments, written as a JSON array of strings.
///
/// Arguments are text: JSON has no bytes. Binary values are base64 by the caller's choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Command<'a>(Vec<Arg<'a>>);

/// One argument. Numbers become their decimal text, which is what Redis reads anyway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Arg<'a>(Cow<'a, str>);

impl<'a> Command<'a> {
    /// The command `name`, without arguments.
    pub fn new(name: &'a str) -> Self {
        Self(vec![name.into()])
    }

    /// The command with one more argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<Arg<'a>>) -> Self {
        self.0.push(arg.into());
        self
    }

    /// Bytes of the command as JSON, apart from what must be escaped in it.
    pub(crate) fn json_length(&self) -> usize {
        2 + self.0.iter().map(|arg| arg.0.len() + r#""","#.len()).sum::<usize>()
    }

    /// The command with more arguments.
    #[must_use]
    pub fn args<A: Into<Arg<'a>>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.0.extend(args.into_iter().map(Into::into));
        self
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

impl<'a> From<&'a Arg<'a>> for Arg<'a> {
    fn from(arg: &'a Arg<'a>) -> Self {
        Self(Cow::Borrowed(&arg.0))
    }
}

impl From<u64> for Arg<'_> {
    fn from(number: u64) -> Self {
        Self(Cow::Owned(number.to_string()))
    }
}

impl From<usize> for Arg<'_> {
    fn from(number: usize) -> Self {
        Self(Cow::Owned(number.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_an_array_of_strings() {
        let command = Command::new("SET").arg("k").arg("a \"quoted\"\nline").arg("EX").arg(86_400u64).args(["x", "y"]);
        assert_eq!(
            serde_json::to_string(&command).unwrap(),
            r#"["SET","k","a \"quoted\"\nline","EX","86400","x","y"]"#
        );
    }
}
