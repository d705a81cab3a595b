//! Commands about the server itself.

use std::fmt::Write as _;

use bytes::Bytes;

use super::{Spec, total};
use crate::{
    Reply,
    engine::{
        Fsync,
        args::{bulk, count, is, text},
        failure::{Answer, Failure},
        glob,
        server::Server,
    },
};

pub(super) const COMMANDS: &[Spec] = &[
    Spec::read("ping", -1, ping),
    Spec::read("echo", 2, |_, args| Ok(bulk(args.get(1)))),
    Spec::read("time", 1, time),
    Spec::read("info", -1, info),
    Spec::container("command"),
    Spec::read("command|count", 2, |_, _| Ok(count(total()))),
    Spec::container("config"),
    Spec::outside_scripts("config|get", -3, config_get),
];

fn ping(_: &mut Server, args: &[Bytes]) -> Answer {
    match args.len() {
        1 => Ok(Reply::Status("PONG".to_owned())),
        2 => Ok(bulk(args.get(1))),
        _ => Err(Failure::arity("ping")),
    }
}

fn time(_: &mut Server, _: &[Bytes]) -> Answer {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Ok(Reply::Array(vec![text(now.as_secs().to_string()), text(now.subsec_micros().to_string())]))
}

fn info(server: &mut Server, args: &[Bytes]) -> Answer {
    let sections = [
        (
            "Server",
            format!(
                "redis_version:7.0.15\r\nredis_mode:standalone\r\nroomtalk_engine:{}\r\nprocess_id:{}\r\nuptime_in_seconds:{}\r\n",
                env!("CARGO_PKG_VERSION"),
                std::process::id(),
                server.started.elapsed().as_secs()
            ),
        ),
        (
            "Persistence",
            format!(
                "loading:0\r\naof_enabled:{}\r\naof_last_write_status:{}\r\n",
                i32::from(server.db.effects.enabled),
                if server.failed.is_some() { "err" } else { "ok" }
            ),
        ),
        (
            "Stats",
            format!(
                "total_commands_processed:{}\r\npubsub_channels:{}\r\npubsub_patterns:{}\r\n",
                server.processed,
                server.pubsub.channels().len(),
                server.pubsub.patterns()
            ),
        ),
        (
            "Keyspace",
            if server.db.len() == 0 {
                String::new()
            } else {
                format!("db0:keys={},expires={},avg_ttl=0\r\n", server.db.len(), server.db.volatile())
            },
        ),
    ];
    let all = ["default", "all", "everything"];
    let wanted = |name: &str| {
        args.len() == 1 || args[1..].iter().any(|arg| is(arg, name) || all.iter().any(|word| is(arg, word)))
    };
    let mut reply = String::new();
    for (name, body) in sections.iter().filter(|(name, _)| wanted(name)) {
        let gap = if reply.is_empty() { "" } else { "\r\n" };
        write!(reply, "{gap}# {name}\r\n{body}").map_err(|_| Failure::text("ERR out of memory"))?;
    }
    Ok(text(reply))
}

fn config_get(server: &mut Server, args: &[Bytes]) -> Answer {
    let appendfsync = match server.fsync {
        Some(Fsync::Always) => "always",
        Some(Fsync::EverySec) => "everysec",
        Some(Fsync::No) | None => "no",
    };
    let settings = [
        ("appendfsync", appendfsync),
        ("appendonly", if server.fsync.is_some() { "yes" } else { "no" }),
        ("databases", "1"),
        ("maxmemory", "0"),
        ("maxmemory-policy", "noeviction"),
        ("save", ""),
    ];
    let wanted = |name: &str| {
        args[2..].iter().any(|pattern| glob::matches(pattern.to_ascii_lowercase().as_slice(), name.as_bytes()))
    };
    let found = settings.iter().filter(|(name, _)| wanted(name)).flat_map(|(name, value)| [text(*name), text(*value)]);
    Ok(Reply::Array(found.collect()))
}
