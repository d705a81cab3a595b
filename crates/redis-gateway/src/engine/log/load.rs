//! Replays a log.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use bytes::Bytes;

use super::{
    format::{FORMAT, newer},
    resp::{Decoded, decode},
};
use crate::{
    Reply,
    engine::{EngineError, commands, server::Server},
};

/// How much is read at once.
const CHUNK: usize = 1 << 20;

/// What a log held.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The state after the log.
    pub(crate) server: Server,
    /// Length in bytes of the log up to the last whole unit.
    pub(crate) length: u64,
    /// Bytes behind it: a unit that a crash cut off.
    pub(crate) torn: u64,
}

/// Damage: something that is no command, and not at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Where it starts, in bytes from the start of the log.
    pub offset: u64,
    /// What was found there.
    pub reason: String,
}

/// Why replaying ended early.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The log is damaged.
    Damaged(Damage),
    /// The log is in a format of a newer version.
    Newer(String),
    /// It can't be read on, or nobody wants it any more.
    Unread(io::Error),
}

/// Replays the first `limit` bytes of a log, or all of it; stops with an error once `cancelled`.
pub(crate) fn load(path: &Path, limit: Option<u64>, cancelled: &AtomicBool) -> Result<Loaded, EngineError> {
    let open = || {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        Ok((file, limit.map_or(size, |limit| limit.min(size))))
    };
    let (file, size) = open().map_err(|source| EngineError::Io { path: path.to_owned(), source })?;
    let reader = BufReader::new(file.take(size));
    replay(reader, size, Server::loading(), cancelled).map_err(|stopped| match stopped {
        Stopped::Damaged(Damage { offset, reason }) => EngineError::Corrupt { path: path.to_owned(), offset, reason },
        Stopped::Newer(format) => EngineError::Newer { path: path.to_owned(), format, known: FORMAT },
        Stopped::Unread(source) => EngineError::Io { path: path.to_owned(), source },
    })
}

/// Replays a log of `size` bytes into a state that takes it.
///
/// An unfinished command or MULTI block at the end is a torn tail: it was never acknowledged, and is left out. So is a tail
/// of zeros, which some file systems leave after a power cut. Anything else that is no command is an error.
pub(crate) fn replay(
    mut reader: impl Read,
    size: u64,
    server: Server,
    cancelled: &AtomicBool,
) -> Result<Loaded, Stopped> {
    let damaged = |offset, reason| Stopped::Damaged(Damage { offset, reason });
    let mut replay = Replay { server, block: None };
    let (mut buffer, mut start) = (Vec::new(), 0);
    // Offsets in the log: of `buffer[start]`, and of the end of the last whole unit.
    let (mut offset, mut whole) = (0_u64, 0_u64);
    loop {
        if cancelled.load(Ordering::Relaxed) {
            return Err(Stopped::Unread(io::ErrorKind::Interrupted.into()));
        }
        match decode(&buffer[start..]) {
            Decoded::Command(command, length) => {
                if offset == 0
                    && let Some(format) = newer(&command)
                {
                    return Err(Stopped::Newer(format));
                }
                replay.command(&command).map_err(|reason| damaged(offset, reason))?;
                start += length;
                offset += length as u64;
                if replay.block.is_none() {
                    whole = offset;
                }
            }
            Decoded::Incomplete => {
                buffer.drain(..start);
                start = 0;
                // A command longer than the buffer doubles the reads, so that it is not decoded again for each small one.
                let wanted = CHUNK.max(buffer.len()) as u64;
                if reader.by_ref().take(wanted).read_to_end(&mut buffer).map_err(Stopped::Unread)? == 0 {
                    if goes_on(&buffer) {
                        return Err(damaged(offset, "a length that reaches beyond later commands".to_owned()));
                    }
                    break;
                }
            }
            Decoded::Malformed(at) => {
                let mut rest = buffer.split_off(start);
                reader.read_to_end(&mut rest).map_err(Stopped::Unread)?;
                if rest[at..].iter().any(|byte| *byte != 0) {
                    let offset = offset + at as u64;
                    return Err(damaged(offset, "this is not the continuation of a command".to_owned()));
                }
                break;
            }
        }
    }
    Ok(Loaded { server: replay.server, length: whole, torn: size - whole })
}

/// Whether another command follows the start of an unfinished one: then that is no torn tail but has a wrong length. (A
/// value that holds commands in this format and was torn itself is taken for damage, too: better asked than dropped.)
fn goes_on(unfinished: &[u8]) -> bool {
    let is_command = |at: usize| match decode(&unfinished[at..]) {
        Decoded::Command(command, _) => {
            commands::find(&command).is_ok() || matches!(command[0].as_ref(), b"MULTI" | b"EXEC")
        }
        _ => false,
    };
    let ends = unfinished.windows(3).enumerate().filter(|(_, window)| *window == b"\r\n*");
    ends.map(|(at, _)| at + 2).any(is_command)
}

struct Replay {
    server: Server,
    /// The commands since MULTI.
    block: Option<Vec<Vec<Bytes>>>,
}

impl Replay {
    fn command(&mut self, command: &[Bytes]) -> Result<(), String> {
        let name = command[0].as_ref();
        if name.eq_ignore_ascii_case(b"MULTI") {
            return match self.block.replace(Vec::new()) {
                None => Ok(()),
                Some(_) => Err("MULTI inside MULTI".to_owned()),
            };
        }
        if name.eq_ignore_ascii_case(b"EXEC") {
            let block = self.block.take().ok_or("EXEC without MULTI")?;
            return block.iter().try_for_each(|command| self.run(command));
        }
        match &mut self.block {
            Some(block) => {
                block.push(command.to_vec());
                Ok(())
            }
            None => self.run(command),
        }
    }

    fn run(&mut self, command: &[Bytes]) -> Result<(), String> {
        match self.server.call(command) {
            Reply::Error(text) => Err(format!("{} failed: {text}", String::from_utf8_lossy(&command[0]))),
            _ => Ok(()),
        }
    }
}
