//! Lists.

pub(super) mod moves;
pub(super) mod search;

use bytes::Bytes;

use super::Spec;
use crate::{
    Reply,
    engine::{
        args::{bulk, bulks, count, int, is, ok, positive, slice},
        data::List,
        failure::{Answer, Failure},
        server::Server,
    },
};

pub(super) const COMMANDS: &[Spec] = &[
    Spec::write("lpush", -3, |server, args| push(server, args, End::Left)),
    Spec::write("rpush", -3, |server, args| push(server, args, End::Right)),
    Spec::write("lpushx", -3, |server, args| pushx(server, args, End::Left)),
    Spec::write("rpushx", -3, |server, args| pushx(server, args, End::Right)),
    Spec::write("lpop", -2, |server, args| pop(server, args, End::Left)),
    Spec::write("rpop", -2, |server, args| pop(server, args, End::Right)),
    Spec::read("llen", 2, llen),
    Spec::read("lrange", 4, lrange),
    Spec::read("lindex", 3, lindex),
    Spec::write("lset", 4, lset),
    Spec::write("ltrim", 4, ltrim),
];

/// An end of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Left,
    Right,
}

impl End {
    pub(super) fn parse(word: &[u8]) -> Result<Self, Failure> {
        match word {
            word if is(word, "left") => Ok(Self::Left),
            word if is(word, "right") => Ok(Self::Right),
            _ => Err(Failure::SYNTAX),
        }
    }

    pub(super) fn push(self, list: &mut List, item: Bytes) {
        match self {
            Self::Left => list.push_front(item),
            Self::Right => list.push_back(item),
        }
    }

    pub(super) fn pop(self, list: &mut List) -> Option<Bytes> {
        match self {
            Self::Left => list.pop_front(),
            Self::Right => list.pop_back(),
        }
    }
}

fn push(server: &mut Server, args: &[Bytes], end: End) -> Answer {
    let list = server.db.create::<List>(&args[1])?;
    args[2..].iter().for_each(|item| end.push(list, item.clone()));
    let length = list.len();
    server.db.changed::<List>(&args[1]);
    Ok(count(length))
}

fn pushx(server: &mut Server, args: &[Bytes], end: End) -> Answer {
    match server.db.read::<List>(&args[1])? {
        Some(_) => push(server, args, end),
        None => Ok(count(0)),
    }
}

fn pop(server: &mut Server, args: &[Bytes], end: End) -> Answer {
    if args.len() > 3 {
        return Err(Failure::arity(if end == End::Left { "lpop" } else { "rpop" }));
    }
    let wanted = args.get(2).map(|wanted| positive(wanted)).transpose()?;
    let Some(list) = server.db.write::<List>(&args[1])? else { return Ok(Reply::Nil) };
    let Some(wanted) = wanted else {
        let item = end.pop(list);
        server.db.changed::<List>(&args[1]);
        return Ok(bulk(item.as_ref()));
    };
    let items: Vec<Bytes> = (0..wanted.min(list.len())).filter_map(|_| end.pop(list)).collect();
    if !items.is_empty() {
        server.db.changed::<List>(&args[1]);
    }
    Ok(bulks(&items))
}

fn llen(server: &mut Server, args: &[Bytes]) -> Answer {
    Ok(count(server.db.read::<List>(&args[1])?.map_or(0, List::len)))
}

fn lrange(server: &mut Server, args: &[Bytes]) -> Answer {
    let (start, end) = (int(&args[2])?, int(&args[3])?);
    let Some(list) = server.db.read::<List>(&args[1])? else { return Ok(Reply::Array(Vec::new())) };
    Ok(bulks(list.range(slice(start, end, list.len()))))
}

/// A place in a list, from an index that counts from the end when negative.
fn place(index: i64, len: usize) -> Option<usize> {
    let index = if index < 0 { index.checked_add(len as i64)? } else { index };
    usize::try_from(index).ok().filter(|place| *place < len)
}

fn lindex(server: &mut Server, args: &[Bytes]) -> Answer {
    let Some(list) = server.db.read::<List>(&args[1])? else { return Ok(Reply::Nil) };
    let index = int(&args[2])?;
    Ok(bulk(place(index, list.len()).and_then(|place| list.get(place))))
}

fn lset(server: &mut Server, args: &[Bytes]) -> Answer {
    let list = server.db.write::<List>(&args[1])?.ok_or(Failure::NO_SUCH_KEY)?;
    let index = int(&args[2])?;
    let item = place(index, list.len())
        .and_then(|place| list.get_mut(place))
        .ok_or(Failure::text("ERR index out of range"))?;
    *item = args[3].clone();
    server.db.changed::<List>(&args[1]);
    if server.db.is_volatile(&args[1]) {
        // On another server at a later time the key may be gone, and LSET would fail.
        server.db.log_state(&args[1]);
    }
    Ok(ok())
}

fn ltrim(server: &mut Server, args: &[Bytes]) -> Answer {
    let (start, end) = (int(&args[2])?, int(&args[3])?);
    let Some(list) = server.db.write::<List>(&args[1])? else { return Ok(ok()) };
    let kept = slice(start, end, list.len());
    list.truncate(kept.end);
    list.drain(..kept.start);
    server.db.changed::<List>(&args[1]);
    Ok(ok())
}
