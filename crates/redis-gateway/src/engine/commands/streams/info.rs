//! Streams: their clock.

use bytes::Bytes;

use super::{super::Spec, entry, parse_id};
use crate::{
    Reply,
    engine::{
        args::{count, int, is, ok, text},
        data::{Stream, StreamId},
        failure::{Answer, Failure},
        server::Server,
    },
};

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::container("xinfo"),
    Spec::read("xinfo|stream", -3, xinfo_stream),
    Spec::read("xinfo|groups", 3, xinfo_groups),
    Spec::write("xsetid", -3, xsetid),
];

/// Entries in one node of Redis's stream encoding; only shown, not used.
const NODE: usize = 100;

fn xinfo_stream(server: &mut Server, args: &[Bytes]) -> Answer {
    let stream = server.db.read::<Stream>(&args[2])?.ok_or(Failure::NO_SUCH_KEY)?;
    if args.len() > 3 {
        return Err(Failure::subcommand_syntax("XINFO", &args[1]));
    }
    stream_info(stream)
}

fn xinfo_groups(server: &mut Server, args: &[Bytes]) -> Answer {
    server.db.read::<Stream>(&args[2])?.ok_or(Failure::NO_SUCH_KEY)?;
    Ok(Reply::Array(Vec::new()))
}

fn stream_info(stream: &Stream) -> Answer {
    let nodes = stream.len().div_ceil(NODE);
    let first = stream.first().map_or(StreamId::ZERO, |(id, _)| id);
    Ok(Reply::Array(vec![
        text("length"),
        count(stream.len()),
        text("radix-tree-keys"),
        count(nodes),
        text("radix-tree-nodes"),
        count(nodes + 1),
        text("last-generated-id"),
        text(stream.last_id.to_string()),
        text("max-deleted-entry-id"),
        text(stream.max_deleted_id.to_string()),
        text("entries-added"),
        Reply::Integer(stream.entries_added as i64),
        text("recorded-first-entry-id"),
        text(first.to_string()),
        text("groups"),
        count(0),
        text("first-entry"),
        stream.first().map_or(Reply::Nil, entry),
        text("last-entry"),
        stream.last().map_or(Reply::Nil, entry),
    ]))
}

fn xsetid(server: &mut Server, args: &[Bytes]) -> Answer {
    let id = parse_id(&args[2], 0)?;
    let (mut added, mut deleted) = (None, None);
    let mut rest = args[3..].iter();
    while let Some(word) = rest.next() {
        let value = rest.next().ok_or(Failure::SYNTAX)?;
        if is(word, "entriesadded") {
            added = Some(u64::try_from(int(value)?).map_err(|_| Failure::text("ERR entries_added must be positive"))?);
        } else if is(word, "maxdeletedid") {
            let value = parse_id(value, 0)?;
            if id < value {
                return Err(Failure::text(
                    "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id",
                ));
            }
            deleted = Some(value);
        } else {
            return Err(Failure::SYNTAX);
        }
    }
    let stream = server.db.write::<Stream>(&args[1])?.ok_or(Failure::NO_SUCH_KEY)?;
    if id < stream.max_deleted_id {
        return Err(Failure::text("ERR The ID specified in XSETID is smaller than current max_deleted_entry_id"));
    }
    if let Some((last, _)) = stream.last() {
        if id < last {
            return Err(Failure::text("ERR The ID specified in XSETID is smaller than the target stream top item"));
        }
        if added.is_some_and(|added| added < stream.len() as u64) {
            return Err(Failure::text(
                "ERR The entries_added specified in XSETID is smaller than the target stream length",
            ));
        }
    }
    stream.last_id = id;
    stream.entries_added = added.unwrap_or(stream.entries_added);
    stream.max_deleted_id = deleted.filter(|id| *id != StreamId::ZERO).unwrap_or(stream.max_deleted_id);
    server.db.changed::<Stream>(&args[1]);
    if server.db.is_volatile(&args[1]) {
        // On another server at a later time the key may be gone, and XSETID would fail.
        server.db.log_state(&args[1]);
    }
    Ok(ok())
}
