//! Streams: their ids and ranges. Consumer groups are not available.

pub(super) mod add;
pub(super) mod info;
pub(super) mod read;
mod trim;

use bytes::Bytes;

use super::Spec;
use crate::{
    Reply,
    engine::{
        args::{bulks, count, int, is, text},
        data::{Fields, Stream, StreamId},
        failure::{Answer, Failure},
        number::parse_u64,
        server::Server,
    },
};

pub(super) const COMMANDS: &[Spec] = &[
    Spec::read("xlen", 2, xlen),
    Spec::read("xrange", -4, |server, args| range(server, args, false)),
    Spec::read("xrevrange", -4, |server, args| range(server, args, true)),
    Spec::write("xdel", -3, xdel),
];

const INVALID_ID: Failure = Failure::text("ERR Invalid stream ID specified as stream command argument");

/// An id as `ms-seq`, or `ms` alone.
fn parse_id(argument: &[u8], missing_seq: u64) -> Result<StreamId, Failure> {
    let (ms, seq) = split_id(argument)?;
    let seq = seq.map_or(Some(missing_seq), parse_u64).ok_or(INVALID_ID)?;
    Ok(StreamId { ms, seq })
}

/// The part before the dash and, if there is one, the text after it.
fn split_id(argument: &[u8]) -> Result<(u64, Option<&[u8]>), Failure> {
    let dash = argument.iter().position(|byte| *byte == b'-');
    let (ms, seq) = dash.map_or((argument, None), |dash| (&argument[..dash], Some(&argument[dash + 1..])));
    Ok((parse_u64(ms).ok_or(INVALID_ID)?, seq))
}

/// The first id of an interval.
fn parse_start(argument: &[u8]) -> Result<StreamId, Failure> {
    match argument {
        b"-" => Ok(StreamId::ZERO),
        b"+" => Ok(StreamId::MAX),
        [b'(', rest @ ..] if !rest.is_empty() => {
            parse_id(rest, 0)?.next().ok_or(Failure::text("ERR invalid start ID for the interval"))
        }
        _ => parse_id(argument, 0),
    }
}

/// The last id of an interval.
fn parse_end(argument: &[u8]) -> Result<StreamId, Failure> {
    match argument {
        b"-" => Ok(StreamId::ZERO),
        b"+" => Ok(StreamId::MAX),
        [b'(', rest @ ..] if !rest.is_empty() => {
            parse_id(rest, u64::MAX)?.previous().ok_or(Failure::text("ERR invalid end ID for the interval"))
        }
        _ => parse_id(argument, u64::MAX),
    }
}

/// An entry as replies show it.
fn entry((id, fields): (StreamId, &Fields)) -> Reply {
    Reply::Array(vec![text(id.to_string()), bulks(fields.iter())])
}

fn xlen(server: &mut Server, args: &[Bytes]) -> Answer {
    Ok(count(server.db.read::<Stream>(&args[1])?.map_or(0, Stream::len)))
}

fn range(server: &mut Server, args: &[Bytes], reverse: bool) -> Answer {
    let (first, last) = if reverse { (&args[3], &args[2]) } else { (&args[2], &args[3]) };
    let (start, end) = (parse_start(first)?, parse_end(last)?);
    let mut limit = None;
    let mut rest = args[4..].iter();
    while let Some(word) = rest.next() {
        let value = rest.next().filter(|_| is(word, "count")).ok_or(Failure::SYNTAX)?;
        limit = Some(usize::try_from(int(value)?).unwrap_or(0));
    }
    let Some(stream) = server.db.read::<Stream>(&args[1])? else { return Ok(Reply::Array(Vec::new())) };
    if limit == Some(0) {
        return Ok(Reply::Nil);
    }
    let limit = limit.unwrap_or(usize::MAX);
    let found = stream.range(start, end);
    Ok(Reply::Array(if reverse {
        found.rev().take(limit).map(entry).collect()
    } else {
        found.take(limit).map(entry).collect()
    }))
}

fn xdel(server: &mut Server, args: &[Bytes]) -> Answer {
    let Some(stream) = server.db.write::<Stream>(&args[1])? else { return Ok(count(0)) };
    let ids = args[2..].iter().map(|id| parse_id(id, 0)).collect::<Result<Vec<_>, _>>()?;
    let removed = ids.into_iter().filter(|id| stream.delete(*id)).count();
    if removed > 0 {
        server.db.changed::<Stream>(&args[1]);
    }
    Ok(count(removed))
}
