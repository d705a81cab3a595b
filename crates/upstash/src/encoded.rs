//! Commands as the bytes that are sent.

use std::slice;

use bytes::Bytes;
use serde::Serialize;

use crate::Command;

/// A command as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded(Bytes);

impl Encoded {
    /// Encodes `command`.
    pub fn new(command: &Command<'_>) -> Self {
        Self(encode(command, slice::from_ref(command)))
    }

    /// Bytes.
    pub fn length(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn into_json(self) -> Bytes {
        self.0
    }

    /// Several as one JSON array.
    pub(crate) fn list<'a>(commands: impl IntoIterator<Item = &'a Self>) -> Bytes {
        let mut list = vec![b'['];
        for command in commands {
            if list.len() > 1 {
                list.push(b',');
            }
            list.extend_from_slice(&command.0);
        }
        list.push(b']');
        list.into()
    }
}

/// `commands` as JSON, in the form of `value`. The memory is taken once: growing it would take three times an image's size
/// in a component, where memory is scarce. Serializing strings to memory can't fail.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T, commands: &[Command<'_>]) -> Bytes {
    let mut bytes = Vec::with_capacity(2 + commands.iter().map(|command| command.json_length() + 1).sum::<usize>());
    match serde_json::to_writer(&mut bytes, value) {
        Ok(()) => bytes.into(),
        Err(_) => Bytes::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_encoded_commands_is_the_commands_encoded_as_a_list() {
        let commands = [Command::new("PING"), Command::new("SET").arg("k").arg("a \"quoted\"\nline")];
        for some in [&commands[..0], &commands[..1], &commands[..]] {
            let encoded: Vec<_> = some.iter().map(Encoded::new).collect();
            assert_eq!(Encoded::list(&encoded), encode(some, some));
        }
    }
}
