//! Strings: SET, GET and their variants.

pub(super) mod bits;
pub(super) mod counters;
mod options;
pub(super) mod ranges;

use bytes::Bytes;

use super::Spec;
use crate::{
    Reply,
    engine::{
        args::{bulk, flag, ok},
        data::{Entry, Value},
        failure::{Answer, Failure},
        server::Server,
    },
};
use options::{Condition, Life, Options, Unit, deadline};

pub(super) const COMMANDS: &[Spec] = &[
    Spec::write("set", -3, set),
    Spec::write("setnx", 3, setnx),
    Spec::write("setex", 4, setex),
    Spec::write("psetex", 4, psetex),
    Spec::read("get", 2, get),
    Spec::write("getset", 3, getset),
    Spec::write("getdel", 2, getdel),
    Spec::write("getex", -2, getex),
    Spec::read("mget", -2, mget),
    Spec::write("mset", -3, mset),
    Spec::write("msetnx", -3, msetnx),
];

fn set(server: &mut Server, args: &[Bytes]) -> Answer {
    let options = Options::of_set(&args[3..])?;
    let (key, value) = (&args[1], &args[2]);
    let expires_at = match &options.life {
        Life::At { unit, relative, value } => Some(deadline("set", *unit, *relative, value, server.db.now)?),
        _ => None,
    };
    let former = if options.get { bulk(server.db.read(key)?) } else { Reply::Nil };
    let found = server.db.exists(key);
    if options.condition.is_some_and(|condition| (condition == Condition::IfMissing) == found) {
        return Ok(former);
    }
    let done = if options.get { former } else { ok() };
    if options.life == Life::Keep {
        server.db.replace(key, Value::Str(value.clone()));
        return Ok(done);
    }
    store(server, key, value, expires_at);
    Ok(done)
}

/// Sets a string with its expiry and logs it with the absolute time.
fn store(server: &mut Server, key: &Bytes, value: &Bytes, expires_at: Option<i64>) {
    server.db.put(key, Entry { value: Value::Str(value.clone()), expires_at });
    match expires_at {
        Some(at) => server.db.effects.push(&[b"SET", key.as_ref(), value, b"PXAT", at.to_string().as_bytes()]),
        None => server.db.effects.push(&[b"SET", key.as_ref(), value]),
    }
}

fn setnx(server: &mut Server, args: &[Bytes]) -> Answer {
    let missing = !server.db.exists(&args[1]);
    if missing {
        store(server, &args[1], &args[2], None);
    }
    Ok(flag(missing))
}

fn setex(server: &mut Server, args: &[Bytes]) -> Answer {
    let at = deadline("setex", Unit::Seconds, true, &args[2], server.db.now)?;
    store(server, &args[1], &args[3], Some(at));
    Ok(ok())
}

fn psetex(server: &mut Server, args: &[Bytes]) -> Answer {
    let at = deadline("psetex", Unit::Millis, true, &args[2], server.db.now)?;
    store(server, &args[1], &args[3], Some(at));
    Ok(ok())
}

fn get(server: &mut Server, args: &[Bytes]) -> Answer {
    Ok(bulk(server.db.read(&args[1])?))
}

fn getset(server: &mut Server, args: &[Bytes]) -> Answer {
    let former = bulk(server.db.read(&args[1])?);
    store(server, &args[1], &args[2], None);
    Ok(former)
}

fn getdel(server: &mut Server, args: &[Bytes]) -> Answer {
    let former = bulk(server.db.read(&args[1])?);
    if server.db.remove(&args[1]).is_some() {
        server.db.effects.push(&[b"DEL", args[1].as_ref()]);
    }
    Ok(former)
}

fn getex(server: &mut Server, args: &[Bytes]) -> Answer {
    let life = Options::of_getex(&args[2..])?;
    let key = &args[1];
    let value = match server.db.read::<Bytes>(key)? {
        None => return Ok(Reply::Nil),
        Some(value) => Reply::Bulk(value.clone()),
    };
    match life {
        Life::At { unit, relative, value: amount } => {
            let at = deadline("getex", unit, relative, &amount, server.db.now)?;
            super::expiry::apply(server, key, at);
        }
        Life::Persist if server.db.is_volatile(key) => super::expiry::keep(server, key),
        Life::Persist | Life::Keep | Life::Forever => {}
    }
    Ok(value)
}

fn mget(server: &mut Server, args: &[Bytes]) -> Answer {
    let values = args[1..].iter().map(|key| match server.db.read::<Bytes>(key) {
        Ok(value) => bulk(value),
        Err(_) => Reply::Nil,
    });
    Ok(Reply::Array(values.collect()))
}

fn pairs<'a>(args: &'a [Bytes], name: &str) -> Result<std::slice::ChunksExact<'a, Bytes>, Failure> {
    if args.len().is_multiple_of(2) {
        return Err(Failure::arity(name));
    }
    Ok(args[1..].chunks_exact(2))
}

fn mset(server: &mut Server, args: &[Bytes]) -> Answer {
    for pair in pairs(args, "mset")? {
        server.db.set(&pair[0], Value::Str(pair[1].clone()));
    }
    Ok(ok())
}

fn msetnx(server: &mut Server, args: &[Bytes]) -> Answer {
    let pairs = pairs(args, "msetnx")?;
    if pairs.clone().any(|pair| server.db.exists(&pair[0])) {
        return Ok(flag(false));
    }
    for pair in pairs {
        server.db.set(&pair[0], Value::Str(pair[1].clone()));
    }
    Ok(flag(true))
}
