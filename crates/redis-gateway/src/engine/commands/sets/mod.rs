//! Sets.

pub(super) mod algebra;

use bytes::Bytes;

use super::Spec;
use crate::{
    Reply,
    engine::{
        args::{bulk, bulks, count, draw, flag, positive},
        data::{Set, set_remove},
        failure::{Answer, Failure},
        server::Server,
    },
};

pub(super) const COMMANDS: &[Spec] = &[
    Spec::write("sadd", -3, sadd),
    Spec::write("srem", -3, srem),
    Spec::read("sismember", 3, sismember),
    Spec::read("smismember", -3, smismember),
    Spec::read("scard", 2, scard),
    Spec::read("smembers", 2, smembers),
    Spec::write("spop", -2, spop),
    Spec::read("srandmember", -2, srandmember),
    Spec::write("smove", 4, smove),
];

fn sadd(server: &mut Server, args: &[Bytes]) -> Answer {
    let set = server.db.create::<Set>(&args[1])?;
    let added = args[2..].iter().filter(|member| !set.contains(*member) && set.insert((*member).clone())).count();
    if added > 0 {
        server.db.changed::<Set>(&args[1]);
    }
    Ok(count(added))
}

fn srem(server: &mut Server, args: &[Bytes]) -> Answer {
    let Some(set) = server.db.write::<Set>(&args[1])? else { return Ok(count(0)) };
    let removed = args[2..].iter().filter(|member| set_remove(set, member)).count();
    if removed > 0 {
        server.db.changed::<Set>(&args[1]);
    }
    Ok(count(removed))
}

fn sismember(server: &mut Server, args: &[Bytes]) -> Answer {
    Ok(flag(server.db.read::<Set>(&args[1])?.is_some_and(|set| set.contains(&args[2]))))
}

fn smismember(server: &mut Server, args: &[Bytes]) -> Answer {
    let set = server.db.read::<Set>(&args[1])?;
    Ok(Reply::Array(args[2..].iter().map(|member| flag(set.is_some_and(|set| set.contains(member)))).collect()))
}

fn scard(server: &mut Server, args: &[Bytes]) -> Answer {
    Ok(count(server.db.read::<Set>(&args[1])?.map_or(0, Set::len)))
}

fn smembers(server: &mut Server, args: &[Bytes]) -> Answer {
    Ok(bulks(server.db.read::<Set>(&args[1])?.into_iter().flatten()))
}

fn spop(server: &mut Server, args: &[Bytes]) -> Answer {
    if args.len() > 3 {
        return Err(Failure::SYNTAX);
    }
    let wanted = args.get(2).map(|wanted| positive(wanted)).transpose()?;
    let random = &mut server.random;
    let Some(set) = server.db.write::<Set>(&args[1])? else {
        return Ok(if wanted.is_some() { Reply::Array(Vec::new()) } else { Reply::Nil });
    };
    let places = random.sample(set.len(), wanted.unwrap_or(1));
    let members: Vec<Bytes> = places.iter().filter_map(|place| set.get_index(*place).cloned()).collect();
    for member in &members {
        set_remove(set, member);
    }
    if !members.is_empty() {
        server.db.changed::<Set>(&args[1]);
        let effect: Vec<&[u8]> =
            [b"SREM".as_slice(), &args[1]].into_iter().chain(members.iter().map(AsRef::as_ref)).collect();
        server.db.effects.push(&effect);
    }
    Ok(if wanted.is_some() { bulks(&members) } else { bulk(members.first()) })
}

fn srandmember(server: &mut Server, args: &[Bytes]) -> Answer {
    if args.len() > 3 {
        return Err(Failure::SYNTAX);
    }
    let wanted = args.get(2).map(|wanted| draw(wanted)).transpose()?;
    let random = &mut server.random;
    match (server.db.read::<Set>(&args[1])?, wanted) {
        (None, None) => Ok(Reply::Nil),
        (None, Some(_)) => Ok(Reply::Array(Vec::new())),
        (Some(set), None) => Ok(bulk(set.get_index(random.below(set.len())))),
        (Some(set), Some(wanted)) => {
            Ok(bulks(random.choose(set.len(), wanted).into_iter().filter_map(|place| set.get_index(place))))
        }
    }
}

fn smove(server: &mut Server, args: &[Bytes]) -> Answer {
    let (source, target, member) = (&args[1], &args[2], &args[3]);
    if server.db.read::<Set>(source)?.is_none() {
        return Ok(flag(false));
    }
    server.db.read::<Set>(target)?;
    if source == target {
        return sismember(server, &[args[0].clone(), source.clone(), member.clone()]);
    }
    if !server.db.write::<Set>(source)?.is_some_and(|set| set_remove(set, member)) {
        return Ok(flag(false));
    }
    server.db.changed::<Set>(source);
    server.db.create::<Set>(target)?.insert(member.clone());
    // As two steps: where the log is replayed, the source may have expired.
    server.db.effects.push(&[b"SREM", source.as_ref(), member]);
    server.db.effects.push(&[b"SADD", target.as_ref(), member]);
    server.db.log_expiry(target);
    Ok(flag(true))
}
