//! Lists: finding, inserting and removing by value.

use bytes::Bytes;

use super::super::Spec;
use crate::{
    Reply,
    engine::{
        args::{count, int, is},
        data::List,
        failure::{Answer, Failure},
        number::parse_i64,
        server::Server,
    },
};

pub(crate) const COMMANDS: &[Spec] =
    &[Spec::write("linsert", 5, linsert), Spec::write("lrem", 4, lrem), Spec::read("lpos", -3, lpos)];

fn linsert(server: &mut Server, args: &[Bytes]) -> Answer {
    let after = match &args[2] {
        word if is(word, "before") => 0,
        word if is(word, "after") => 1,
        _ => return Err(Failure::SYNTAX),
    };
    let Some(list) = server.db.write::<List>(&args[1])? else { return Ok(count(0)) };
    let Some(pivot) = list.iter().position(|item| *item == args[3]) else { return Ok(Reply::Integer(-1)) };
    list.insert(pivot + after, args[4].clone());
    let length = list.len();
    server.db.changed::<List>(&args[1]);
    Ok(count(length))
}

fn lrem(server: &mut Server, args: &[Bytes]) -> Answer {
    let wanted = int(&args[2])?;
    let Some(list) = server.db.write::<List>(&args[1])? else { return Ok(count(0)) };
    let limit = if wanted == 0 { usize::MAX } else { wanted.unsigned_abs() as usize };
    let mut removed = 0;
    let mut keep = |item: &Bytes| {
        let hit = *item == args[3] && removed < limit;
        removed += usize::from(hit);
        !hit
    };
    if wanted < 0 {
        let mut kept: List = std::mem::take(list).into_iter().rev().filter(|item| keep(item)).collect();
        kept.make_contiguous().reverse();
        *list = kept;
    } else {
        list.retain(|item| keep(item));
    }
    if removed > 0 {
        server.db.changed::<List>(&args[1]);
    }
    Ok(count(removed))
}

fn lpos(server: &mut Server, args: &[Bytes]) -> Answer {
    let (mut rank, mut wanted, mut limit) = (1, None, usize::MAX);
    let mut rest = args[3..].iter();
    while let Some(word) = rest.next() {
        let value = rest.next().ok_or(Failure::SYNTAX)?;
        if is(word, "rank") {
            rank = int(value)?;
            if rank == 0 {
                return Err(Failure::text(
                    "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
                ));
            }
        } else if is(word, "count") {
            wanted = Some(natural(value, "ERR COUNT can't be negative")?);
        } else if is(word, "maxlen") {
            limit = match natural(value, "ERR MAXLEN can't be negative")? {
                0 => usize::MAX,
                limit => limit,
            };
        } else {
            return Err(Failure::SYNTAX);
        }
    }
    let Some(list) = server.db.read::<List>(&args[1])? else {
        return Ok(if wanted.is_some() { Reply::Array(Vec::new()) } else { Reply::Nil });
    };
    let take = match wanted {
        None => 1,
        Some(0) => usize::MAX,
        Some(wanted) => wanted,
    };
    // The smallest rank has no positive counterpart: Redis 7.0 overflows there and skips nothing.
    let skip = rank.checked_abs().map_or(0, |rank| (rank.unsigned_abs() - 1) as usize);
    let hit = |place: &usize| list.get(*place) == Some(&args[2]);
    let found: Vec<Reply> = if rank > 0 {
        (0..list.len()).take(limit).filter(hit).skip(skip).take(take).map(count).collect()
    } else {
        (0..list.len()).rev().take(limit).filter(hit).skip(skip).take(take).map(count).collect()
    };
    Ok(if wanted.is_some() { Reply::Array(found) } else { found.into_iter().next().unwrap_or(Reply::Nil) })
}

fn natural(value: &[u8], refusal: &'static str) -> Result<usize, Failure> {
    parse_i64(value).and_then(|value| usize::try_from(value).ok()).ok_or(Failure::text(refusal))
}
