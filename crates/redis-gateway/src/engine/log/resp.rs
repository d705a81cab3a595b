//! Commands as RESP arrays of bulk strings.

use bytes::Bytes;

use crate::digits;

/// Writes a command.
pub(crate) fn encode<A: AsRef<[u8]>>(out: &mut Vec<u8>, command: &[A]) {
    header(out, b'*', command.len());
    for argument in command {
        let argument = argument.as_ref();
        header(out, b'$', argument.len());
        out.extend_from_slice(argument);
        out.extend_from_slice(b"\r\n");
    }
}

fn header(out: &mut Vec<u8>, kind: u8, length: usize) {
    out.push(kind);
    digits::push_length(out, length);
    out.extend_from_slice(b"\r\n");
}

/// What the start of a buffer holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decoded {
    /// A command and its length in bytes.
    Command(Vec<Bytes>, usize),
    /// A command that goes on beyond the buffer.
    Incomplete,
    /// Something else, at this distance from the start.
    Malformed(usize),
}

/// Reads a command from the start of a buffer.
pub(crate) fn decode(buffer: &[u8]) -> Decoded {
    match read(buffer) {
        Ok((command, length)) => Decoded::Command(command, length),
        Err(Stop::End) => Decoded::Incomplete,
        Err(Stop::Malformed(at)) => Decoded::Malformed(at),
    }
}

enum Stop {
    End,
    Malformed(usize),
}

fn read(buffer: &[u8]) -> Result<(Vec<Bytes>, usize), Stop> {
    let mut at = 0;
    let count = length(buffer, &mut at, b'*')?;
    if count == 0 {
        return Err(Stop::Malformed(0));
    }
    let mut command = Vec::with_capacity(count.min(64));
    for _ in 0..count {
        let size = length(buffer, &mut at, b'$')?;
        let end = at.checked_add(size).ok_or(Stop::Malformed(at))?;
        let argument = buffer.get(at..end).ok_or(Stop::End)?;
        command.push(Bytes::copy_from_slice(argument));
        at = end;
        expect(buffer, &mut at, b'\r')?;
        expect(buffer, &mut at, b'\n')?;
    }
    Ok((command, at))
}

fn expect(buffer: &[u8], at: &mut usize, byte: u8) -> Result<(), Stop> {
    match buffer.get(*at) {
        None => Err(Stop::End),
        Some(found) if *found == byte => {
            *at += 1;
            Ok(())
        }
        Some(_) => Err(Stop::Malformed(*at)),
    }
}

fn length(buffer: &[u8], at: &mut usize, kind: u8) -> Result<usize, Stop> {
    expect(buffer, at, kind)?;
    let start = *at;
    let mut value: usize = 0;
    while let Some(digit) = buffer.get(*at).filter(|byte| byte.is_ascii_digit()) {
        value = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(usize::from(digit - b'0')))
            .ok_or(Stop::Malformed(start))?;
        *at += 1;
    }
    if *at == start && *at < buffer.len() {
        return Err(Stop::Malformed(start));
    }
    expect(buffer, at, b'\r')?;
    expect(buffer, at, b'\n')?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_of_a_command_is_incomplete_and_the_whole_comes_back() {
        let command = ["SET", "key", "a\r\nvalue"];
        let mut bytes = Vec::new();
        encode(&mut bytes, &command);
        for cut in 0..bytes.len() {
            assert_eq!(decode(&bytes[..cut]), Decoded::Incomplete, "cut at {cut}");
        }
        let expected = command.iter().map(|argument| Bytes::from_static(argument.as_bytes())).collect();
        assert_eq!(decode(&bytes), Decoded::Command(expected, bytes.len()));
    }

    #[test]
    fn anything_else_is_malformed_where_it_starts_to_differ() {
        assert_eq!(decode(b"+OK\r\n"), Decoded::Malformed(0));
        assert_eq!(decode(b"*1\r\n$3\r\nabcd\r\n"), Decoded::Malformed(11));
        assert_eq!(decode(b"*x\r\n"), Decoded::Malformed(1));
    }
}
