//! WebSocket frames (RFC 6455, 5.2): what a server writes, and reads from a client.

use std::fmt;

pub(crate) const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
pub(crate) const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
pub(crate) const PONG: u8 = 0xA;
const FINAL: u8 = 0x80;
const MASKED: u8 = 0x80;
/// Most bytes in a control frame.
const CONTROL: usize = 125;

/// Appends an unmasked frame, as servers write it.
pub(crate) fn write(out: &mut Vec<u8>, opcode: u8, parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    out.push(FINAL | opcode);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ 0..126), _) => out.push(short),
        (_, Ok(medium)) => {
            out.push(126);
            out.extend(medium.to_be_bytes());
        }
        _ => {
            out.push(127);
            out.extend((length as u64).to_be_bytes());
        }
    }
    for part in parts {
        out.extend_from_slice(part);
    }
}

/// The payloads of frames that [`write`] made.
pub(crate) fn payloads(mut frames: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (length, rest) = length(frames.get(1..)?)?;
        let (payload, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        frames = rest;
        Some(payload)
    })
}

/// A frame's length, which begins with its second byte, and what follows. `None`: it is not all there.
fn length(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (second, rest) = bytes.split_first()?;
    match second & !MASKED {
        126 => rest.split_first_chunk().map(|(length, rest)| (u64::from(u16::from_be_bytes(*length)), rest)),
        127 => rest.split_first_chunk().map(|(length, rest)| (u64::from_be_bytes(*length), rest)),
        short => Some((u64::from(short), rest)),
    }
}

/// What a client said.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming<'a> {
    /// A message of text.
    Text(&'a str),
    /// A message of bytes, which nothing here asks for.
    Binary,
    /// Wants a pong with the same payload, at most 125 bytes.
    Ping(&'a [u8]),
    /// The answer to a ping.
    Pong,
    /// The client goes.
    Close,
}

/// Why a connection can't go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violation {
    /// The frames are not as RFC 6455 wants them from a client.
    Protocol,
    /// A text that is not UTF-8.
    NotUtf8,
    /// A message longer than allowed.
    TooLong,
}

impl Violation {
    /// The status code of the close frame that says it (RFC 6455, 7.4.1).
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::Protocol => 1002,
            Self::NotUtf8 => 1007,
            Self::TooLong => 1009,
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Protocol => "frames are malformed",
            Self::NotUtf8 => "a text is not UTF-8",
            Self::TooLong => "a message is too long",
        })
    }
}

/// Takes messages out of a client's bytes, however they were cut. Between messages it keeps no memory.
pub struct Decoder {
    /// Most bytes in a message.
    limit: usize,
    buffer: Vec<u8>,
    /// Bytes of `buffer` that are done with.
    done: usize,
    /// What came of a message in several frames, and its opcode.
    parts: Option<(u8, Vec<u8>)>,
    /// The message that was given last came from `parts`.
    whole: Vec<u8>,
}

struct Header {
    opcode: u8,
    is_final: bool,
    mask: [u8; 4],
    /// Where the payload is in the buffer.
    from: usize,
    length: usize,
}

impl Decoder {
    /// `limit`: most bytes in a message.
    pub fn new(limit: usize) -> Self {
        Self { limit, buffer: Vec::new(), done: 0, parts: None, whole: Vec::new() }
    }

    /// Takes what has come.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next message; `None` when more has to come first. After an error nothing more can be read.
    pub fn read(&mut self) -> Result<Option<Incoming<'_>>, Violation> {
        loop {
            self.whole = Vec::new();
            let Some(header) = self.header()? else {
                self.forget();
                return Ok(None);
            };
            let Header { opcode, is_final, mask, from, length } = header;
            if self.buffer.len() < from + length {
                self.forget();
                return Ok(None);
            }
            self.done = from + length;
            let payload = &mut self.buffer[from..from + length];
            unmask(payload, mask);
            match (opcode, is_final, self.parts.is_some()) {
                (PING, ..) => return Ok(Some(Incoming::Ping(&self.buffer[from..from + length]))),
                (PONG, ..) => return Ok(Some(Incoming::Pong)),
                (CLOSE, ..) => return Ok(Some(Incoming::Close)),
                (TEXT | BINARY, true, false) => return message(opcode, &self.buffer[from..from + length]),
                (TEXT | BINARY, false, false) => self.parts = Some((opcode, payload.to_vec())),
                (0, is_final, true) => {
                    let Some((opcode, mut parts)) = self.parts.take() else { return Err(Violation::Protocol) };
                    parts.extend_from_slice(payload);
                    if is_final {
                        self.whole = parts;
                        return message(opcode, &self.whole);
                    }
                    self.parts = Some((opcode, parts));
                }
                _ => return Err(Violation::Protocol),
            }
        }
    }

    /// The header of the next frame, checked before any memory is spent on what it announces.
    fn header(&self) -> Result<Option<Header>, Violation> {
        let bytes = &self.buffer[self.done..];
        let [first, second, ..] = bytes else { return Ok(None) };
        if first & 0x70 != 0 || second & MASKED == 0 {
            return Err(Violation::Protocol);
        }
        let (opcode, is_final) = (first & 0x0F, first & FINAL != 0);
        let Some((length, rest)) = length(&bytes[1..]) else { return Ok(None) };
        let length = usize::try_from(length).map_err(|_| Violation::TooLong)?;
        let is_control = opcode >= CLOSE;
        if is_control && (!is_final || length > CONTROL) {
            return Err(Violation::Protocol);
        }
        let before = self.parts.as_ref().map_or(0, |(_, parts)| parts.len());
        if !is_control && length > self.limit - before {
            return Err(Violation::TooLong);
        }
        let Some((mask, rest)) = rest.split_first_chunk() else { return Ok(None) };
        let from = self.buffer.len() - rest.len();
        Ok(Some(Header { opcode, is_final, mask: *mask, from, length }))
    }

    /// Lets go of what is done with.
    fn forget(&mut self) {
        if self.done == self.buffer.len() {
            self.buffer = Vec::new();
        } else {
            self.buffer.drain(..self.done);
        }
        self.done = 0;
    }
}

fn message(opcode: u8, payload: &[u8]) -> Result<Option<Incoming<'_>>, Violation> {
    if opcode == BINARY {
        return Ok(Some(Incoming::Binary));
    }
    std::str::from_utf8(payload).map(|text| Some(Incoming::Text(text))).map_err(|_| Violation::NotUtf8)
}

fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    for (byte, key) in payload.iter_mut().zip(mask.into_iter().cycle()) {
        *byte ^= key;
    }
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
