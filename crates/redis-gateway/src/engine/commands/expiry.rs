//! Expiry of keys.

use bytes::Bytes;

use super::Spec;
use crate::{
    Reply,
    engine::{
        args::{flag, int, is},
        failure::{Answer, Failure},
        server::Server,
    },
};

pub(super) const COMMANDS: &[Spec] = &[
    Spec::write("expire", -3, |server, args| expire(server, args, "expire", 1000, true)),
    Spec::write("pexpire", -3, |server, args| expire(server, args, "pexpire", 1, true)),
    Spec::write("expireat", -3, |server, args| expire(server, args, "expireat", 1000, false)),
    Spec::write("pexpireat", -3, |server, args| expire(server, args, "pexpireat", 1, false)),
    Spec::write("persist", 2, persist),
    Spec::read("ttl", 2, |server, args| left(server, &args[1], |at, now| seconds(at.saturating_sub(now).max(0)))),
    Spec::read("pttl", 2, |server, args| left(server, &args[1], |at, now| at.saturating_sub(now).max(0))),
    Spec::read("expiretime", 2, |server, args| left(server, &args[1], |at, _| seconds(at))),
    Spec::read("pexpiretime", 2, |server, args| left(server, &args[1], |at, _| at)),
];

#[derive(Default)]
#[allow(clippy::struct_excessive_bools, reason = "four flags that the command has")]
struct Conditions {
    nx: bool,
    xx: bool,
    gt: bool,
    lt: bool,
}

impl Conditions {
    fn parse(args: &[Bytes]) -> Result<Self, Failure> {
        let mut found = Self::default();
        for word in args {
            match word {
                word if is(word, "nx") => found.nx = true,
                word if is(word, "xx") => found.xx = true,
                word if is(word, "gt") => found.gt = true,
                word if is(word, "lt") => found.lt = true,
                other => {
                    return Err(Failure::new(format!("ERR Unsupported option {}", String::from_utf8_lossy(other))));
                }
            }
        }
        if found.nx && (found.xx || found.gt || found.lt) {
            return Err(Failure::text("ERR NX and XX, GT or LT options at the same time are not compatible"));
        }
        if found.gt && found.lt {
            return Err(Failure::text("ERR GT and LT options at the same time are not compatible"));
        }
        Ok(found)
    }

    /// No expiry counts as an infinite one.
    fn allow(&self, current: Option<i64>, wanted: i64) -> bool {
        !(self.nx && current.is_some()
            || self.xx && current.is_none()
            || self.gt && current.is_none_or(|current| wanted <= current)
            || self.lt && current.is_some_and(|current| wanted >= current))
    }
}

fn expire(server: &mut Server, args: &[Bytes], name: &str, scale: i64, relative: bool) -> Answer {
    let conditions = Conditions::parse(&args[3..])?;
    let at = int(&args[2])?
        .checked_mul(scale)
        .and_then(|millis| millis.checked_add(if relative { server.db.now } else { 0 }))
        .ok_or_else(|| Failure::expire_time(name))?;
    let Some(entry) = server.db.entry(&args[1]) else { return Ok(flag(false)) };
    if !conditions.allow(entry.expires_at, at) {
        return Ok(flag(false));
    }
    apply(server, &args[1], at);
    Ok(flag(true))
}

/// Lets a key that exists expire at this Unix ms, or removes it when that has passed, and logs which.
pub(super) fn apply(server: &mut Server, key: &Bytes, at: i64) {
    if at <= server.db.now && !server.db.loading {
        server.db.remove(key);
        server.db.effects.push(&[b"DEL", key.as_ref()]);
        return;
    }
    let former = server.db.peek(key).and_then(|entry| entry.expires_at);
    server.db.set_expiry(key, Some(at));
    if former.is_some_and(|former| former < at) {
        // On another server at a later time the key is gone at this point: it has to be made again.
        server.db.log_state(key);
    } else {
        server.db.effects.push(&[b"PEXPIREAT", key.as_ref(), at.to_string().as_bytes()]);
    }
}

/// Lets a key that exists live for ever.
pub(super) fn keep(server: &mut Server, key: &Bytes) {
    server.db.set_expiry(key, None);
    // As in `apply`.
    server.db.log_state(key);
}

fn persist(server: &mut Server, args: &[Bytes]) -> Answer {
    let volatile = server.db.entry(&args[1]).is_some_and(|entry| entry.expires_at.is_some());
    if volatile {
        keep(server, &args[1]);
    }
    Ok(flag(volatile))
}

/// Rounded to the nearest.
fn seconds(millis: i64) -> i64 {
    millis.saturating_add(500) / 1000
}

/// -2 without a key, -1 without an expiry.
fn left(server: &mut Server, key: &[u8], measure: impl Fn(i64, i64) -> i64) -> Answer {
    let now = server.db.now;
    Ok(Reply::Integer(match server.db.entry(key) {
        None => -2,
        Some(entry) => entry.expires_at.map_or(-1, |at| measure(at, now)),
    }))
}
