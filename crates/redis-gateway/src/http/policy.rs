//! Commands that the REST API does not give to its callers.
//!
//! All callers share one connection, so whatever changes a connection, waits on it, or reaches beyond the data (the server's
//! files, its peers, its life) must never arrive there.

use bytes::Bytes;

use crate::backend::Command;
use crate::texts;

/// Needs a connection of its own.
const CONNECTION: &[&str] = &[
    "AUTH",
    "HELLO",
    "RESET",
    "QUIT",
    "SELECT",
    "CLIENT",
    "MULTI",
    "EXEC",
    "DISCARD",
    "WATCH",
    "UNWATCH",
    "SUBSCRIBE",
    "PSUBSCRIBE",
    "SSUBSCRIBE",
    "UNSUBSCRIBE",
    "PUNSUBSCRIBE",
    "SUNSUBSCRIBE",
    "MONITOR",
    "BLPOP",
    "BRPOP",
    "BLMOVE",
    "BRPOPLPUSH",
    "BLMPOP",
    "BZPOPMIN",
    "BZPOPMAX",
    "BZMPOP",
    "WAIT",
    "WAITAOF",
];

/// Reaches the server itself.
const SERVER: &[&str] = &[
    "ACL",
    "ASKING",
    "BGREWRITEAOF",
    "BGSAVE",
    "CLUSTER",
    "DEBUG",
    "FAILOVER",
    "LATENCY",
    "MIGRATE",
    "MODULE",
    "MOVE",
    "PFDEBUG",
    "PFSELFTEST",
    "PSYNC",
    "READONLY",
    "READWRITE",
    "REPLCONF",
    "REPLICAOF",
    "RESTORE-ASKING",
    "SAVE",
    "SENTINEL",
    "SHUTDOWN",
    "SLAVEOF",
    "SLOWLOG",
    "SWAPDB",
    "SYNC",
];

/// The error text for a command that is refused, or nothing for one that may run.
pub(super) fn refusal(command: &Command) -> Option<String> {
    let name = command.first()?;
    let is_one_of = |names: &[&str]| names.iter().any(|other| is(name, other));
    let upper = || String::from_utf8_lossy(name).to_ascii_uppercase();
    let second = command.get(1).map(Bytes::as_ref).unwrap_or_default();

    if is_one_of(CONNECTION) {
        return Some(texts::not_over_rest(&upper()));
    }
    if (is(name, "XREAD") || is(name, "XREADGROUP")) && blocks(command) {
        return Some(texts::not_over_rest(&format!("{} BLOCK", upper())));
    }
    let refused = is_one_of(SERVER)
        || is(name, "CONFIG") && !is(second, "GET") && !sets_notifications(command)
        || is(name, "SCRIPT") && !["LOAD", "EXISTS", "FLUSH"].iter().any(|allowed| is(second, allowed));
    refused.then(|| texts::not_available(&String::from_utf8_lossy(name)))
}

/// BLOCK among the options, which end where the stream names begin.
fn blocks(command: &Command) -> bool {
    command.iter().skip(1).take_while(|word| !is(word, "STREAMS")).any(|word| is(word, "BLOCK"))
}

/// The one parameter that Upstash lets its users set.
fn sets_notifications(command: &Command) -> bool {
    matches!(command.as_slice(), [_, set, name, _] if is(set, "SET") && is(name, "notify-keyspace-events"))
}

fn is(word: &[u8], name: &str) -> bool {
    word.eq_ignore_ascii_case(name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(line: &str) -> Option<String> {
        refusal(&line.split(' ').map(|word| Bytes::copy_from_slice(word.as_bytes())).collect())
    }

    #[test]
    fn what_needs_its_own_connection_or_reaches_the_server_is_refused() {
        assert_eq!(
            refused("watch k").unwrap(),
            "ERR Command \"WATCH\" is not allowed in REST or it has a special context path"
        );
        assert_eq!(
            refused("Shutdown NOSAVE").unwrap(),
            "ERR Command is not available: 'SHUTDOWN'. See https://upstash.com/docs/redis/overall/rediscompatibility for details"
        );
        for line in [
            "SUBSCRIBE a",
            "BLPOP a 0",
            "CLIENT REPLY OFF",
            "XREAD COUNT 1 BLOCK 0 STREAMS s $",
            "SELECT 1",
            "XREADGROUP GROUP g c block 1 STREAMS s >",
            "CONFIG SET dir /etc",
            "CONFIG REWRITE",
            "SCRIPT KILL",
            "SCRIPT DEBUG YES",
            "SCRIPT",
            "REPLICAOF a 1",
            "DEBUG SLEEP 5",
            "CONFIG SET notify-keyspace-events KEA dir x",
        ] {
            assert!(refused(line).is_some(), "{line}");
        }
    }

    #[test]
    fn ordinary_commands_pass() {
        for line in [
            "PING",
            "ECHO a",
            "GET block",
            "XREAD COUNT 1 STREAMS BLOCK 0",
            "CONFIG GET maxmemory",
            "SCRIPT LOAD x",
            "CONFIG SET notify-keyspace-events KEA",
            "PUBLISH a b",
            "INFO",
            "OBJECT ENCODING k",
            "FUNCTION LIST",
        ] {
            assert_eq!(refused(line), None, "{line}");
        }
    }
}
