//! XREAD, which never waits.

use bytes::Bytes;

use super::{super::Spec, entry, parse_id};
use crate::{
    Reply,
    engine::{
        args::{int, is},
        data::{Stream, StreamId},
        failure::{Answer, Failure},
        server::Server,
    },
};

pub(crate) const COMMANDS: &[Spec] = &[Spec::read("xread", -4, xread)];

fn xread(server: &mut Server, args: &[Bytes]) -> Answer {
    let (mut limit, mut at) = (usize::MAX, 1);
    let first = loop {
        match args.get(at) {
            Some(word) if is(word, "streams") && at + 1 < args.len() => break at + 1,
            Some(word) if is(word, "count") && at + 1 < args.len() => {
                limit = usize::try_from(int(&args[at + 1])?).ok().filter(|limit| *limit > 0).unwrap_or(usize::MAX);
                at += 2;
            }
            Some(word) if is(word, "block") => return Err(Failure::not_available(b"XREAD BLOCK")),
            _ => return Err(Failure::SYNTAX),
        }
    };
    let names = &args[first..];
    if !names.len().is_multiple_of(2) {
        return Err(Failure::text(
            "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.",
        ));
    }
    let (keys, ids) = names.split_at(names.len() / 2);
    let mut after = Vec::new();
    for (key, id) in keys.iter().zip(ids) {
        let last = server.db.read::<Stream>(key)?.map_or(StreamId::ZERO, |stream| stream.last_id);
        after.push(match id.as_ref() {
            b"$" => last,
            b">" => {
                return Err(Failure::text(
                    "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.",
                ));
            }
            id => parse_id(id, 0)?,
        });
    }
    let mut found = Vec::new();
    for (key, after) in keys.iter().zip(after) {
        let (Some(stream), Some(start)) = (server.db.read::<Stream>(key)?, after.next()) else { continue };
        let entries: Vec<Reply> = stream.range(start, StreamId::MAX).take(limit).map(entry).collect();
        if !entries.is_empty() {
            found.push(Reply::Array(vec![Reply::Bulk(key.clone()), Reply::Array(entries)]));
        }
    }
    Ok(if found.is_empty() { Reply::Nil } else { Reply::Array(found) })
}
