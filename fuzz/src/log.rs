//! Compacted logs, read apart from the engine's own reader.

use std::collections::BTreeMap;

use bytes::Bytes;

/// Each key with what it holds, in an order that does not depend on how it came there.
type Keys = BTreeMap<Bytes, Vec<Vec<Bytes>>>;

/// Reads a log that [`redis_gateway::engine::Dataset::compacted`] wrote: batches are taken apart, and where order means
/// nothing it is made the same.
fn keys(log: &[u8]) -> Keys {
    let mut keys = Keys::new();
    for command in commands(log) {
        let (name, key) = (command[0].clone(), command[1].clone());
        let step = match name.as_ref() {
            b"SADD" | b"RPUSH" => 1,
            b"HSET" | b"ZADD" => 2,
            _ => command.len().max(1),
        };
        let entries = keys.entry(key).or_default();
        entries.extend(command[2..].chunks(step).map(|part| [std::slice::from_ref(&name), part].concat()));
    }
    for entries in keys.values_mut() {
        if matches!(entries[0][0].as_ref(), b"SADD" | b"HSET" | b"ZADD") {
            entries.sort();
        }
    }
    keys
}

/// Whether two compacted logs hold the same.
///
/// # Panics
/// Where one is not in Redis's wire format.
#[must_use]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    one == other || keys(one) == keys(other)
}

fn commands(log: &[u8]) -> Vec<Vec<Bytes>> {
    let (mut commands, mut rest) = (Vec::new(), log);
    while !rest.is_empty() {
        let words = number(&mut rest, b'*');
        let command = (0..words).map(|_| {
            let length = number(&mut rest, b'$');
            let (word, after) = rest.split_at(length);
            rest = after.strip_prefix(b"\r\n").expect("a word ends with a line break");
            Bytes::copy_from_slice(word)
        });
        commands.push(command.collect());
    }
    commands
}

fn number(rest: &mut &[u8], kind: u8) -> usize {
    let end = rest.iter().position(|byte| *byte == b'\r').expect("a line has an end");
    let (line, after) = rest.split_at(end);
    *rest = after.strip_prefix(b"\r\n").expect("a line ends with a line break");
    let digits = line.strip_prefix(&[kind]).expect("the kind that was expected");
    std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).expect("a number")
}
