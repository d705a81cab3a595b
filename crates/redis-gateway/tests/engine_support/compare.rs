//! What counts as equal.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use redis_gateway::Reply;

use super::{Runner, command};

/// Replies whose order is not promised.
const UNORDERED: &[&str] = &[
    "SMEMBERS",
    "SINTER",
    "SUNION",
    "SDIFF",
    "SPOP",
    "SRANDMEMBER",
    "HKEYS",
    "HVALS",
    "HRANDFIELD",
    "ZRANDMEMBER",
    "KEYS",
    "SSCAN",
    "SCAN",
];
/// The same, in pairs.
const UNORDERED_PAIRS: &[&str] = &["HGETALL", "HSCAN", "ZSCAN"];
/// Replies that depend on the moment.
const TIMES: &[&str] = &["TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"];

/// A reply in a form that is equal on both sides when the contract holds.
pub fn normal(command: &[Bytes], reply: Reply) -> Reply {
    let name = String::from_utf8_lossy(&command[0]).to_ascii_uppercase();
    if matches!(name.as_str(), "EVAL" | "EVAL_RO") && command.len() > 4 {
        // The scripts of these tests call the command in ARGV.
        let keys: usize = std::str::from_utf8(&command[2]).ok().and_then(|keys| keys.parse().ok()).unwrap_or(0);
        if let Some(inner) = command.get(3 + keys..).filter(|inner| !inner.is_empty()) {
            return normal(inner, reply);
        }
    }
    match reply {
        Reply::Error(text)
            if text.starts_with("ERR Command is not available") || text.starts_with("ERR unknown command") =>
        {
            Reply::Error("unknown command".to_owned())
        }
        Reply::Integer(number) if number > 100 && TIMES.contains(&name.as_str()) => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
            let now = i64::try_from(now).unwrap();
            let left = match name.as_str() {
                "EXPIRETIME" => number - now / 1000,
                "PEXPIRETIME" => number - now,
                _ => number,
            };
            Reply::Integer(match left {
                ..=10_000 => 1,
                // Until a fixed time in the far future.
                1_000_000_000.. => i64::MAX,
                // Steps so coarse, and so placed, that the moments of the two readings don't matter.
                _ => (left + 8_000) / 10_000 * 10_000,
            })
        }
        reply if UNORDERED.contains(&name.as_str()) => sorted(reply, 1),
        reply if UNORDERED_PAIRS.contains(&name.as_str()) => sorted(reply, 2),
        Reply::Array(mut items) if name == "XINFO" && items.len() > 6 => {
            // How Redis's radix tree is built.
            items[3] = Reply::Nil;
            items[5] = Reply::Nil;
            Reply::Array(items)
        }
        reply => reply,
    }
}

fn sorted(reply: Reply, group: usize) -> Reply {
    let Reply::Array(items) = reply else { return reply };
    // A page of a scan: its cursor and its items.
    if let [Reply::Bulk(_), Reply::Array(_)] = items.as_slice() {
        return Reply::Array(items.into_iter().map(|item| sorted(item, group)).collect());
    }
    let mut groups: Vec<Vec<Reply>> = items.chunks(group).map(<[Reply]>::to_vec).collect();
    groups.sort_by_key(|group| format!("{group:?}"));
    Reply::Array(groups.into_iter().flatten().collect())
}

/// The whole key space: each key with its type, content and expiry.
pub fn dump(runner: &mut impl Runner) -> Vec<(Bytes, Reply)> {
    let Reply::Array(keys) = runner.one("KEYS *") else { panic!("KEYS answers an array") };
    let mut dump = Vec::new();
    for key in keys {
        let Reply::Bulk(key) = key else { panic!("a key is a string") };
        let Reply::Status(kind) = ask(runner, &[b"TYPE", &key]) else { panic!("TYPE answers a status") };
        let mut content = vec![Reply::Status(kind.clone()), ask(runner, &[b"PTTL", &key])];
        let reads: &[&[&[u8]]] = match kind.as_str() {
            "string" => &[&[b"GET"]],
            "list" => &[&[b"LRANGE", b"", b"0", b"-1"]],
            "set" => &[&[b"SMEMBERS"]],
            "hash" => &[&[b"HGETALL"]],
            "zset" => &[&[b"ZRANGE", b"", b"0", b"-1", b"WITHSCORES"]],
            "stream" => &[&[b"XRANGE", b"", b"-", b"+"], &[b"XINFO", b"STREAM", b""]],
            other => panic!("a type that nobody knows: {other}"),
        };
        for read in reads {
            let place = read.iter().position(|word| word.is_empty()).unwrap_or(1);
            let mut read = read.to_vec();
            read.resize(read.len().max(place + 1), b"");
            read[place] = &key;
            content.push(ask(runner, &read));
        }
        dump.push((key, Reply::Array(content)));
    }
    dump.sort_by(|a, b| a.0.cmp(&b.0));
    dump
}

fn ask(runner: &mut impl Runner, arguments: &[&[u8]]) -> Reply {
    let command = command(arguments);
    let reply = runner.run(std::slice::from_ref(&command)).remove(0);
    normal(&command, reply)
}
