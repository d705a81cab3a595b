//! Hashes.

pub(super) mod more;

use bytes::Bytes;

use super::Spec;
use crate::{
    Reply,
    engine::{
        args::{bulk, bulks, count, flag, ok},
        data::{Hash, hash_remove},
        failure::{Answer, Failure},
        server::Server,
    },
};

pub(super) const COMMANDS: &[Spec] = &[
    Spec::write("hset", -4, |server, args| Ok(count(set(server, args, "hset")?))),
    Spec::write("hmset", -4, |server, args| set(server, args, "hmset").map(|_| ok())),
    Spec::write("hsetnx", 4, hsetnx),
    Spec::read("hget", 3, hget),
    Spec::read("hmget", -3, hmget),
    Spec::read("hgetall", 2, |server, args| list(server, &args[1], |field, value| vec![field.clone(), value.clone()])),
    Spec::read("hkeys", 2, |server, args| list(server, &args[1], |field, _| vec![field.clone()])),
    Spec::read("hvals", 2, |server, args| list(server, &args[1], |_, value| vec![value.clone()])),
    Spec::write("hdel", -3, hdel),
    Spec::read("hexists", 3, hexists),
    Spec::read("hlen", 2, hlen),
    Spec::read("hstrlen", 3, hstrlen),
];

/// How many fields are new.
fn set(server: &mut Server, args: &[Bytes], name: &str) -> Result<usize, Failure> {
    if !args.len().is_multiple_of(2) {
        return Err(Failure::arity(name));
    }
    let hash = server.db.create::<Hash>(&args[1])?;
    let added =
        args[2..].chunks_exact(2).filter(|pair| hash.insert(pair[0].clone(), pair[1].clone()).is_none()).count();
    server.db.changed::<Hash>(&args[1]);
    Ok(added)
}

fn hsetnx(server: &mut Server, args: &[Bytes]) -> Answer {
    let hash = server.db.create::<Hash>(&args[1])?;
    if hash.contains_key(&args[2]) {
        return Ok(flag(false));
    }
    hash.insert(args[2].clone(), args[3].clone());
    server.db.changed::<Hash>(&args[1]);
    Ok(flag(true))
}

fn hget(server: &mut Server, args: &[Bytes]) -> Answer {
    Ok(bulk(server.db.read::<Hash>(&args[1])?.and_then(|hash| hash.get(&args[2]))))
}

fn hmget(server: &mut Server, args: &[Bytes]) -> Answer {
    let hash = server.db.read::<Hash>(&args[1])?;
    Ok(Reply::Array(args[2..].iter().map(|field| bulk(hash.and_then(|hash| hash.get(field)))).collect()))
}

fn list(server: &mut Server, key: &[u8], take: impl Fn(&Bytes, &Bytes) -> Vec<Bytes>) -> Answer {
    let found: Vec<Bytes> =
        server.db.read::<Hash>(key)?.into_iter().flatten().flat_map(|(field, value)| take(field, value)).collect();
    Ok(bulks(&found))
}

fn hdel(server: &mut Server, args: &[Bytes]) -> Answer {
    let Some(hash) = server.db.write::<Hash>(&args[1])? else { return Ok(count(0)) };
    let removed = args[2..].iter().filter(|field| hash_remove(hash, field).is_some()).count();
    if removed > 0 {
        server.db.changed::<Hash>(&args[1]);
    }
    Ok(count(removed))
}

fn hexists(server: &mut Server, args: &[Bytes]) -> Answer {
    Ok(flag(server.db.read::<Hash>(&args[1])?.is_some_and(|hash| hash.contains_key(&args[2]))))
}

fn hlen(server: &mut Server, args: &[Bytes]) -> Answer {
    Ok(count(server.db.read::<Hash>(&args[1])?.map_or(0, Hash::len)))
}

fn hstrlen(server: &mut Server, args: &[Bytes]) -> Answer {
    let hash = server.db.read::<Hash>(&args[1])?;
    Ok(count(hash.and_then(|hash| hash.get(&args[2])).map_or(0, Bytes::len)))
}
