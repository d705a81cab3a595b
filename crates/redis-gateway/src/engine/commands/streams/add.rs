//! Streams: adding and trimming.

use bytes::Bytes;

use super::{super::Spec, INVALID_ID, split_id, trim::Trim};
use crate::{
    Reply,
    engine::{
        args::{count, is, text},
        data::{Stream, StreamId},
        failure::{Answer, Failure},
        number::parse_u64,
        server::Server,
    },
};

pub(crate) const COMMANDS: &[Spec] = &[Spec::write("xadd", -5, xadd), Spec::write("xtrim", -4, xtrim)];

/// The id that XADD is given.
enum Wanted {
    /// `*`
    Now,
    /// `ms-*`
    Sequence(u64),
    /// `ms-seq` or `ms`
    Exact(StreamId),
}

impl Wanted {
    fn parse(argument: &[u8]) -> Result<Self, Failure> {
        if argument == b"*" {
            return Ok(Self::Now);
        }
        Ok(match split_id(argument)? {
            (ms, Some(b"*")) => Self::Sequence(ms),
            (ms, Some(seq)) => Self::Exact(StreamId { ms, seq: parse_u64(seq).ok_or(INVALID_ID)? }),
            (ms, None) => Self::Exact(StreamId { ms, seq: 0 }),
        })
    }

    /// The id of the next entry after `last`.
    fn resolve(&self, last: StreamId, now: i64) -> Option<StreamId> {
        match *self {
            Self::Now if now as u64 > last.ms => Some(StreamId { ms: now as u64, seq: 0 }),
            Self::Now => last.next(),
            Self::Sequence(ms) if ms == last.ms => Some(StreamId { ms, seq: last.seq.checked_add(1)? }),
            Self::Sequence(ms) => Some(StreamId { ms, seq: 0 }),
            Self::Exact(id) => Some(id),
        }
        .filter(|id| *id > last)
    }
}

fn xadd(server: &mut Server, args: &[Bytes]) -> Answer {
    let (mut trim, mut make, mut at) = (Trim::default(), true, 2);
    let wanted = loop {
        // Without an id the arguments end too early, whatever else they are.
        let word = args.get(at).ok_or_else(|| Failure::arity("xadd"))?;
        if let Some(next) = trim.option(args, at)? {
            at = next;
        } else if is(word, "nomkstream") {
            make = false;
            at += 1;
        } else {
            break Wanted::parse(word)?;
        }
    };
    trim.check()?;
    let fields = &args[at + 1..];
    if fields.len() < 2 || !fields.len().is_multiple_of(2) {
        return Err(Failure::arity("xadd"));
    }
    if matches!(wanted, Wanted::Exact(StreamId::ZERO)) {
        return Err(Failure::text("ERR The ID specified in XADD must be greater than 0-0"));
    }
    let key = &args[1];
    let last = match server.db.read::<Stream>(key)? {
        Some(stream) => stream.last_id,
        None if make => StreamId::ZERO,
        None => return Ok(Reply::Nil),
    };
    if last == StreamId::MAX {
        return Err(Failure::text("ERR The stream has exhausted the last possible ID, unable to add more items"));
    }
    let id = wanted
        .resolve(last, server.db.now)
        .ok_or(Failure::text("ERR The ID specified in XADD is equal or smaller than the target stream top item"))?;
    let stream = server.db.create::<Stream>(key)?;
    stream.append(id, fields.into());
    let (trimmed, length) = (trim.apply(stream), stream.len().to_string());
    server.db.changed::<Stream>(key);
    // The log says the id that was given and the length that was left.
    let (id, mut effect) = (id.to_string(), vec![b"XADD".as_slice(), key]);
    if trimmed > 0 {
        effect.extend([b"MAXLEN".as_slice(), b"=", length.as_bytes()]);
    }
    effect.push(id.as_bytes());
    effect.extend(fields.iter().map(AsRef::as_ref));
    server.db.effects.push(&effect);
    server.db.log_expiry(key);
    Ok(text(id))
}

fn xtrim(server: &mut Server, args: &[Bytes]) -> Answer {
    let (mut trim, mut at) = (Trim::default(), 2);
    while at < args.len() {
        at = trim.option(args, at)?.ok_or(Failure::SYNTAX)?;
    }
    if trim.check()?.is_none() {
        return Err(Failure::text("ERR syntax error, XTRIM must be called with either MAXLEN or MINID"));
    }
    let Some(stream) = server.db.write::<Stream>(&args[1])? else { return Ok(count(0)) };
    let (trimmed, length) = (trim.apply(stream), stream.len().to_string());
    if trimmed > 0 {
        server.db.changed::<Stream>(&args[1]);
        server.db.effects.push(&[b"XTRIM".as_slice(), &args[1], b"MAXLEN", b"=", length.as_bytes()]);
    }
    Ok(count(trimmed))
}
