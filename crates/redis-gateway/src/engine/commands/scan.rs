//! SCAN and its kin.
//!
//! A cursor is how many places are still to be visited, counted from the start of the iteration order, which a scan
//! walks from its end. New elements come to the end, and a removal moves others only towards the start, so an element
//! that stays from the first call to the last is never missed; it may be seen twice.

use bytes::Bytes;

use super::Spec;
use crate::{
    Reply,
    engine::{
        args::{int, is, score, text},
        data::{Hash, Set, Zset},
        failure::{Answer, Failure},
        glob,
        number::parse_u64,
        server::Server,
    },
};

pub(super) const COMMANDS: &[Spec] = &[
    Spec::read("scan", -2, scan),
    Spec::read("hscan", -3, hscan),
    Spec::read("sscan", -3, sscan),
    Spec::read("zscan", -3, zscan),
];

struct Options<'a> {
    cursor: usize,
    pattern: Option<&'a Bytes>,
    count: usize,
    type_name: Option<&'a Bytes>,
}

impl<'a> Options<'a> {
    fn parse(cursor: usize, args: &'a [Bytes], with_type: bool) -> Result<Self, Failure> {
        let mut options = Self { cursor, pattern: None, count: 10, type_name: None };
        let mut rest = args.iter();
        while let Some(word) = rest.next() {
            let value = rest.next().ok_or(Failure::SYNTAX)?;
            if is(word, "count") {
                let count = int(value)?;
                options.count = usize::try_from(count).ok().filter(|count| *count > 0).ok_or(Failure::SYNTAX)?;
            } else if is(word, "match") {
                options.pattern = Some(value);
            } else if is(word, "type") && with_type {
                options.type_name = Some(value);
            } else {
                return Err(Failure::SYNTAX);
            }
        }
        Ok(options)
    }

    /// Walks one step over `len` places; the cursor for the next.
    fn walk(&self, len: usize, mut visit: impl FnMut(usize)) -> usize {
        let from = if self.cursor == 0 { len } else { self.cursor.min(len) };
        let to = from.saturating_sub(self.count);
        (to..from).rev().for_each(&mut visit);
        to
    }

    fn wants(&self, name: &[u8]) -> bool {
        self.pattern.is_none_or(|pattern| glob::matches(pattern, name))
    }
}

fn cursor(argument: &[u8]) -> Result<usize, Failure> {
    parse_u64(argument).map(|cursor| cursor as usize).ok_or(Failure::text("ERR invalid cursor"))
}

fn page(cursor: usize, found: Vec<Reply>) -> Reply {
    Reply::Array(vec![text(cursor.to_string()), Reply::Array(found)])
}

fn scan(server: &mut Server, args: &[Bytes]) -> Answer {
    let options = Options::parse(cursor(&args[1])?, &args[2..], true)?;
    let (db, mut found) = (&server.db, Vec::new());
    let cursor = options.walk(db.len(), |index| {
        if let Some((key, entry)) = db.at(index)
            && entry.expires_at.is_none_or(|at| db.now <= at)
            && options.wants(key)
            && options.type_name.is_none_or(|name| is(name, entry.value.type_name()))
        {
            found.push(Reply::Bulk(key.clone()));
        }
    });
    Ok(page(cursor, found))
}

fn hscan(server: &mut Server, args: &[Bytes]) -> Answer {
    let cursor = cursor(&args[2])?;
    let Some(hash) = server.db.read::<Hash>(&args[1])? else { return Ok(page(0, Vec::new())) };
    let options = Options::parse(cursor, &args[3..], false)?;
    let mut found = Vec::new();
    let cursor = options.walk(hash.len(), |index| {
        if let Some((field, value)) = hash.get_index(index).filter(|(field, _)| options.wants(field)) {
            found.extend([Reply::Bulk(field.clone()), Reply::Bulk(value.clone())]);
        }
    });
    Ok(page(cursor, found))
}

fn sscan(server: &mut Server, args: &[Bytes]) -> Answer {
    let cursor = cursor(&args[2])?;
    let Some(set) = server.db.read::<Set>(&args[1])? else { return Ok(page(0, Vec::new())) };
    let options = Options::parse(cursor, &args[3..], false)?;
    let mut found = Vec::new();
    let cursor = options.walk(set.len(), |index| {
        found.extend(
            set.get_index(index).filter(|member| options.wants(member)).map(|member| Reply::Bulk(member.clone())),
        );
    });
    Ok(page(cursor, found))
}

fn zscan(server: &mut Server, args: &[Bytes]) -> Answer {
    let cursor = cursor(&args[2])?;
    let Some(zset) = server.db.read::<Zset>(&args[1])? else { return Ok(page(0, Vec::new())) };
    let options = Options::parse(cursor, &args[3..], false)?;
    let mut found = Vec::new();
    let cursor = options.walk(zset.len(), |index| {
        if let Some((member, value)) = zset.at(index).filter(|(member, _)| options.wants(member)) {
            found.extend([Reply::Bulk(member.clone()), score(value)]);
        }
    });
    Ok(page(cursor, found))
}
