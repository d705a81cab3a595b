//! A key as the commands that make it.

use bytes::Bytes;

use crate::engine::{
    data::{Db, Entry, Stream, StreamId, Value},
    number::format_g17,
};

/// Elements per command, as in Redis's own rewrite.
const BATCH: usize = 64;

/// Hands out every key of the database as commands.
pub(crate) fn database(db: &Db, mut emit: impl FnMut(&[&[u8]])) {
    for (key, entry) in db.iter() {
        commands(key, entry, &mut emit);
    }
}

/// Hands out the commands that make a key which does not exist.
pub(crate) fn commands(key: &Bytes, entry: &Entry, emit: &mut dyn FnMut(&[&[u8]])) {
    match &entry.value {
        Value::Str(text) => emit(&[b"SET", key, text]),
        Value::List(list) => batches(b"RPUSH", key, list.iter().map(|item| [item.as_ref()]), emit),
        Value::Set(set) => batches(b"SADD", key, set.iter().map(|member| [member.as_ref()]), emit),
        Value::Hash(hash) => {
            batches(b"HSET", key, hash.iter().map(|(field, value)| [field.as_ref(), value.as_ref()]), emit);
        }
        Value::Zset(zset) => {
            let scored: Vec<(String, &Bytes)> =
                zset.iter().map(|(member, score)| (format_g17(score), member)).collect();
            batches(b"ZADD", key, scored.iter().map(|(score, member)| [score.as_bytes(), member.as_ref()]), emit);
        }
        Value::Stream(stream) => stream_commands(key, stream, emit),
    }
    if let Some(at) = entry.expires_at {
        emit(&[b"PEXPIREAT", key, at.to_string().as_bytes()]);
    }
}

fn batches<'a, const N: usize>(
    name: &'a [u8],
    key: &'a [u8],
    items: impl Iterator<Item = [&'a [u8]; N]>,
    emit: &mut dyn FnMut(&[&[u8]]),
) {
    let mut command: Vec<&[u8]> = vec![name, key];
    for item in items {
        command.extend(item);
        if command.len() >= 2 + BATCH * N {
            emit(&command);
            command.truncate(2);
        }
    }
    if command.len() > 2 {
        emit(&command);
    }
}

fn stream_commands(key: &[u8], stream: &Stream, emit: &mut dyn FnMut(&[&[u8]])) {
    for (id, fields) in stream.range(StreamId::ZERO, StreamId::MAX) {
        let id = id.to_string();
        let mut command: Vec<&[u8]> = vec![b"XADD", key, id.as_bytes()];
        command.extend(fields.iter().map(AsRef::as_ref));
        emit(&command);
    }
    if stream.len() == 0 {
        // The only way to make an empty stream: an entry that is trimmed at once.
        let id = stream.last_id.max(StreamId { ms: 0, seq: 1 }).to_string();
        emit(&[b"XADD", key, b"MAXLEN", b"=", b"0", id.as_bytes(), b"x", b"y"]);
    }
    // XSETID takes no more, and what is written must be read again.
    let added = stream.entries_added.min(i64::MAX.unsigned_abs());
    let (last, added) = (stream.last_id.to_string(), added.to_string());
    let deleted = stream.max_deleted_id.to_string();
    emit(&[b"XSETID", key, last.as_bytes(), b"ENTRIESADDED", added.as_bytes(), b"MAXDELETEDID", deleted.as_bytes()]);
}
