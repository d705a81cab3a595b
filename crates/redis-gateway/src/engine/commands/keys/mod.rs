//! Keys of any type.

use bytes::Bytes;

use super::Spec;
use crate::{
    Reply,
    engine::{
        args::{count, flag, int, is, ok, text},
        data::{Entry, Value},
        failure::{Answer, Failure},
        glob,
        number::parse_i64,
        server::Server,
    },
};

pub(super) const COMMANDS: &[Spec] = &[
    Spec::write("del", -2, del),
    Spec::write("unlink", -2, del),
    Spec::read("exists", -2, exists),
    Spec::read("touch", -2, exists),
    Spec::read("type", 2, type_of),
    Spec::write("rename", 3, |server, args| rename(server, args, false)),
    Spec::write("renamenx", 3, |server, args| rename(server, args, true)),
    Spec::write("copy", -3, copy),
    Spec::read("keys", 2, keys),
    Spec::read("randomkey", 1, randomkey),
    Spec::read("dbsize", 1, |server, _| Ok(count(server.db.len()))),
    Spec::write("flushdb", -1, flush),
    Spec::write("flushall", -1, flush),
    Spec::container("object"),
    Spec::read("object|encoding", 3, |server, args| {
        Ok(server.db.entry(&args[2]).map_or(Reply::Nil, |entry| text(encoding(entry))))
    }),
];

fn del(server: &mut Server, args: &[Bytes]) -> Answer {
    Ok(count(args[1..].iter().filter(|key| server.db.remove(key).is_some()).count()))
}

fn exists(server: &mut Server, args: &[Bytes]) -> Answer {
    Ok(count(args[1..].iter().filter(|key| server.db.exists(key)).count()))
}

fn type_of(server: &mut Server, args: &[Bytes]) -> Answer {
    let name = server.db.entry(&args[1]).map_or("none", |entry| entry.value.type_name());
    Ok(Reply::Status(name.to_owned()))
}

fn rename(server: &mut Server, args: &[Bytes], only_new: bool) -> Answer {
    let (from, to) = (&args[1], &args[2]);
    if !server.db.exists(from) {
        return Err(Failure::NO_SUCH_KEY);
    }
    let taken = server.db.exists(to);
    if from == to || (only_new && taken) {
        return Ok(if only_new { flag(false) } else { ok() });
    }
    if let Some(entry) = server.db.remove(from) {
        let volatile = entry.expires_at.is_some();
        server.db.put(to, entry);
        if volatile {
            server.db.effects.push(&[b"DEL", from.as_ref()]);
            server.db.log_state(to);
        }
    }
    Ok(if only_new { flag(true) } else { ok() })
}

fn copy(server: &mut Server, args: &[Bytes]) -> Answer {
    let mut replace = false;
    let mut rest = args[3..].iter();
    while let Some(word) = rest.next() {
        if is(word, "replace") {
            replace = true;
        } else if is(word, "db") {
            if int(rest.next().ok_or(Failure::SYNTAX)?)? != 0 {
                return Err(Failure::text("ERR DB index is out of range"));
            }
        } else {
            return Err(Failure::SYNTAX);
        }
    }
    let (from, to) = (&args[1], &args[2]);
    if from == to {
        return Err(Failure::text("ERR source and destination objects are the same"));
    }
    let Some(entry) = server.db.entry(from).cloned() else { return Ok(flag(false)) };
    if server.db.exists(to) && !replace {
        return Ok(flag(false));
    }
    server.db.put(to, entry);
    // Not the command: where the log is replayed, the source may have expired.
    server.db.log_state(to);
    Ok(flag(true))
}

fn keys(server: &mut Server, args: &[Bytes]) -> Answer {
    let now = server.db.now;
    let live = server.db.iter().filter(|(_, entry)| entry.expires_at.is_none_or(|at| now <= at));
    let found = live.filter(|(key, _)| glob::matches(&args[1], key)).map(|(key, _)| Reply::Bulk(key.clone()));
    Ok(Reply::Array(found.collect()))
}

fn randomkey(server: &mut Server, _: &[Bytes]) -> Answer {
    while server.db.len() > 0 {
        let index = server.random.below(server.db.len());
        let key = server.db.at(index).map(|(key, _)| key.clone()).unwrap_or_default();
        if server.db.exists(&key) {
            return Ok(Reply::Bulk(key));
        }
    }
    Ok(Reply::Nil)
}

fn flush(server: &mut Server, args: &[Bytes]) -> Answer {
    match &args[1..] {
        [] => {}
        [mode] if is(mode, "sync") || is(mode, "async") => {}
        _ => return Err(Failure::SYNTAX),
    }
    server.db.clear();
    server.db.effects.push(&["FLUSHALL"]);
    Ok(ok())
}

/// How Redis 7.0 would keep the value with its default settings. The engine has one encoding per type.
fn encoding(entry: &Entry) -> &'static str {
    let short = |item: &Bytes| item.len() <= 64;
    match &entry.value {
        Value::Str(text) if parse_i64(text).is_some() => "int",
        Value::Str(text) if text.len() <= 44 => "embstr",
        Value::Str(_) => "raw",
        Value::List(_) => "quicklist",
        Value::Set(set) if set.len() <= 512 && set.iter().all(|member| parse_i64(member).is_some()) => "intset",
        Value::Hash(hash) if hash.len() <= 128 && hash.iter().all(|(field, value)| short(field) && short(value)) => {
            "listpack"
        }
        Value::Set(_) | Value::Hash(_) => "hashtable",
        Value::Zset(zset) if zset.len() <= 128 && zset.iter().all(|(member, _)| short(member)) => "listpack",
        Value::Zset(_) => "skiplist",
        Value::Stream(_) => "stream",
    }
}
