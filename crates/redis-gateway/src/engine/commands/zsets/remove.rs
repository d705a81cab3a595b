//! Sorted sets: removing members.

use std::ops::Range;

use bytes::Bytes;

use super::{
    super::Spec,
    bounds::{LexRange, ScoreRange},
};
use crate::{
    Reply,
    engine::{
        args::{count, int, is, multi_pop, positive, score, slice},
        data::Zset,
        failure::{Answer, Failure},
        server::Server,
    },
};

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::write("zrem", -3, zrem),
    Spec::write("zremrangebyrank", 4, |server, args| {
        let (start, end) = (int(&args[2])?, int(&args[3])?);
        remove_range(server, &args[1], |zset| slice(start, end, zset.len()))
    }),
    Spec::write("zremrangebyscore", 4, |server, args| {
        let range = ScoreRange::parse(&args[2], &args[3])?;
        remove_range(server, &args[1], |zset| range.ranks(zset))
    }),
    Spec::write("zremrangebylex", 4, |server, args| {
        let range = LexRange::parse(&args[2], &args[3])?;
        remove_range(server, &args[1], |zset| range.ranks(zset))
    }),
    Spec::write("zpopmin", -2, |server, args| zpop(server, args, true)),
    Spec::write("zpopmax", -2, |server, args| zpop(server, args, false)),
    Spec::write("zmpop", -4, zmpop),
];

fn zrem(server: &mut Server, args: &[Bytes]) -> Answer {
    let Some(zset) = server.db.write::<Zset>(&args[1])? else { return Ok(count(0)) };
    let removed = args[2..].iter().filter(|member| zset.remove(member).is_some()).count();
    if removed > 0 {
        server.db.changed::<Zset>(&args[1]);
    }
    Ok(count(removed))
}

/// Removes the members with these ranks and hands them out, lowest first.
fn take(zset: &mut Zset, ranks: Range<usize>) -> Vec<(f64, Bytes)> {
    let found: Vec<(f64, Bytes)> = zset.range(ranks.start, ranks.end).into_iter().cloned().collect();
    for (_, member) in &found {
        zset.remove(member);
    }
    found
}

fn remove_range(server: &mut Server, key: &Bytes, ranks: impl Fn(&Zset) -> Range<usize>) -> Answer {
    let Some(zset) = server.db.write::<Zset>(key)? else { return Ok(count(0)) };
    let ranks = ranks(zset);
    let removed = take(zset, ranks).len();
    if removed > 0 {
        server.db.changed::<Zset>(key);
    }
    Ok(count(removed))
}

/// Removes up to `wanted` members from an end and logs which.
fn pop(server: &mut Server, key: &Bytes, lowest: bool, wanted: usize) -> Result<Vec<(f64, Bytes)>, Failure> {
    let Some(zset) = server.db.write::<Zset>(key)? else { return Ok(Vec::new()) };
    let (len, wanted) = (zset.len(), wanted.min(zset.len()));
    let found = if lowest {
        take(zset, 0..wanted)
    } else {
        let mut found = take(zset, len - wanted..len);
        found.reverse();
        found
    };
    if !found.is_empty() {
        server.db.changed::<Zset>(key);
        let effect: Vec<&[u8]> =
            [b"ZREM".as_slice(), key].into_iter().chain(found.iter().map(|(_, member)| member.as_ref())).collect();
        server.db.effects.push(&effect);
    }
    Ok(found)
}

fn zpop(server: &mut Server, args: &[Bytes], lowest: bool) -> Answer {
    if args.len() > 3 {
        return Err(Failure::SYNTAX);
    }
    let wanted = args.get(2).map_or(Ok(1), |wanted| positive(wanted))?;
    let found = pop(server, &args[1], lowest, wanted)?;
    Ok(Reply::Array(found.into_iter().flat_map(|(value, member)| [Reply::Bulk(member), score(value)]).collect()))
}

fn zmpop(server: &mut Server, args: &[Bytes]) -> Answer {
    let (sources, end, wanted) = multi_pop(args)?;
    let lowest = match end {
        word if is(word, "min") => true,
        word if is(word, "max") => false,
        _ => return Err(Failure::SYNTAX),
    };
    for key in sources {
        let found = pop(server, key, lowest, wanted)?;
        if !found.is_empty() {
            let pairs = found.into_iter().map(|(value, member)| Reply::Array(vec![Reply::Bulk(member), score(value)]));
            return Ok(Reply::Array(vec![Reply::Bulk(key.clone()), Reply::Array(pairs.collect())]));
        }
    }
    Ok(Reply::Nil)
}
