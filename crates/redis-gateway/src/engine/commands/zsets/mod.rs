//! Sorted sets: looking things up.

pub(super) mod add;
pub(super) mod algebra;
mod bounds;
pub(super) mod range;
pub(super) mod remove;

use bytes::Bytes;

use super::Spec;
use crate::{
    Reply,
    engine::{
        args::{count, draw, is, score},
        data::Zset,
        failure::{Answer, Failure},
        server::Server,
    },
};
use bounds::{LexRange, ScoreRange};

pub(super) const COMMANDS: &[Spec] = &[
    Spec::read("zcard", 2, zcard),
    Spec::read("zscore", 3, zscore),
    Spec::read("zmscore", -3, zmscore),
    Spec::read("zrank", 3, |server, args| rank(server, args, false)),
    Spec::read("zrevrank", 3, |server, args| rank(server, args, true)),
    Spec::read("zcount", 4, zcount),
    Spec::read("zlexcount", 4, zlexcount),
    Spec::read("zrandmember", -2, zrandmember),
];

fn zcard(server: &mut Server, args: &[Bytes]) -> Answer {
    Ok(count(server.db.read::<Zset>(&args[1])?.map_or(0, Zset::len)))
}

fn score_of(zset: Option<&Zset>, member: &[u8]) -> Reply {
    zset.and_then(|zset| zset.score(member)).map_or(Reply::Nil, score)
}

fn zscore(server: &mut Server, args: &[Bytes]) -> Answer {
    Ok(score_of(server.db.read(&args[1])?, &args[2]))
}

fn zmscore(server: &mut Server, args: &[Bytes]) -> Answer {
    let zset = server.db.read(&args[1])?;
    Ok(Reply::Array(args[2..].iter().map(|member| score_of(zset, member)).collect()))
}

fn rank(server: &mut Server, args: &[Bytes], reverse: bool) -> Answer {
    let Some(zset) = server.db.read::<Zset>(&args[1])? else { return Ok(Reply::Nil) };
    let rank = zset.rank(&args[2]);
    Ok(rank.map_or(Reply::Nil, |rank| count(if reverse { zset.len() - 1 - rank } else { rank })))
}

fn zcount(server: &mut Server, args: &[Bytes]) -> Answer {
    let range = ScoreRange::parse(&args[2], &args[3])?;
    Ok(count(server.db.read::<Zset>(&args[1])?.map_or(0, |zset| range.ranks(zset).len())))
}

fn zlexcount(server: &mut Server, args: &[Bytes]) -> Answer {
    let range = LexRange::parse(&args[2], &args[3])?;
    Ok(count(server.db.read::<Zset>(&args[1])?.map_or(0, |zset| range.ranks(zset).len())))
}

fn zrandmember(server: &mut Server, args: &[Bytes]) -> Answer {
    let wanted = args.get(2).map(|wanted| draw(wanted)).transpose()?;
    let with_scores = match args.len() {
        2 | 3 => false,
        4 if is(&args[3], "withscores") => true,
        _ => return Err(Failure::SYNTAX),
    };
    let random = &mut server.random;
    match (server.db.read::<Zset>(&args[1])?, wanted) {
        (None, None) => Ok(Reply::Nil),
        (None, Some(_)) => Ok(Reply::Array(Vec::new())),
        (Some(zset), None) => {
            let place = random.below(zset.len());
            Ok(zset.at(place).map_or(Reply::Nil, |(member, _)| Reply::Bulk(member.clone())))
        }
        (Some(zset), Some(wanted)) => {
            let mut reply = Vec::new();
            for (member, value) in random.choose(zset.len(), wanted).into_iter().filter_map(|place| zset.at(place)) {
                reply.push(Reply::Bulk(member.clone()));
                if with_scores {
                    reply.push(score(value));
                }
            }
            Ok(Reply::Array(reply))
        }
    }
}
