//! Sorted sets: adding members.

use bytes::Bytes;

use super::super::Spec;
use crate::{
    Reply,
    engine::{
        args::{count, float, is, score},
        data::Zset,
        failure::{Answer, Failure},
        server::Server,
    },
};

pub(crate) const COMMANDS: &[Spec] = &[Spec::write("zadd", -4, zadd), Spec::write("zincrby", 4, zincrby)];

const NAN: Failure = Failure::text("ERR resulting score is not a number (NaN)");

#[derive(Default)]
#[allow(clippy::struct_excessive_bools, reason = "six flags that the command has")]
struct Flags {
    nx: bool,
    xx: bool,
    gt: bool,
    lt: bool,
    changed: bool,
    increment: bool,
}

impl Flags {
    /// The flags, and where the scores start.
    fn parse(args: &[Bytes]) -> (Self, usize) {
        let (mut flags, mut at) = (Self::default(), 2);
        while let Some(word) = args.get(at) {
            match word {
                word if is(word, "nx") => flags.nx = true,
                word if is(word, "xx") => flags.xx = true,
                word if is(word, "gt") => flags.gt = true,
                word if is(word, "lt") => flags.lt = true,
                word if is(word, "ch") => flags.changed = true,
                word if is(word, "incr") => flags.increment = true,
                _ => break,
            }
            at += 1;
        }
        (flags, at)
    }

    fn check(&self, elements: usize) -> Result<(), Failure> {
        if elements == 0 || !elements.is_multiple_of(2) {
            return Err(Failure::SYNTAX);
        }
        if self.nx && self.xx {
            return Err(Failure::text("ERR XX and NX options at the same time are not compatible"));
        }
        if [self.gt, self.lt, self.nx].into_iter().filter(|flag| *flag).count() > 1 {
            return Err(Failure::text("ERR GT, LT, and/or NX options at the same time are not compatible"));
        }
        if self.increment && elements > 2 {
            return Err(Failure::text("ERR INCR option supports a single increment-element pair"));
        }
        Ok(())
    }

    /// The new score of a member, `None` when it stays as it is.
    fn outcome(&self, current: Option<f64>, wanted: f64) -> Result<Option<f64>, Failure> {
        let Some(current) = current else { return Ok((!self.xx).then_some(wanted)) };
        if self.nx {
            return Ok(None);
        }
        let wanted = if self.increment { current + wanted } else { wanted };
        if wanted.is_nan() {
            return Err(NAN);
        }
        let refused = (self.gt && wanted <= current) || (self.lt && wanted >= current);
        Ok((!refused).then_some(wanted))
    }
}

fn zadd(server: &mut Server, args: &[Bytes]) -> Answer {
    let (flags, at) = Flags::parse(args);
    flags.check(args.len() - at)?;
    let mut elements = Vec::new();
    for pair in args[at..].chunks_exact(2) {
        elements.push((float(&pair[0])?, &pair[1]));
    }
    add(server, &args[1], &flags, &elements)
}

fn zincrby(server: &mut Server, args: &[Bytes]) -> Answer {
    let flags = Flags { increment: true, ..Flags::default() };
    add(server, &args[1], &flags, &[(float(&args[2])?, &args[3])])
}

fn add(server: &mut Server, key: &Bytes, flags: &Flags, elements: &[(f64, &Bytes)]) -> Answer {
    if server.db.read::<Zset>(key)?.is_none() && flags.xx {
        return Ok(if flags.increment { Reply::Nil } else { count(0) });
    }
    let zset = server.db.create::<Zset>(key)?;
    let (mut added, mut updated, mut result) = (0, 0, Reply::Nil);
    for (wanted, member) in elements {
        let current = zset.score(member);
        // A key that was made for this command is not empty here: XX was dealt with, and a new member is never NaN.
        let Some(value) = flags.outcome(current, *wanted)? else { continue };
        result = score(value);
        match current {
            None => added += 1,
            Some(current) if current.total_cmp(&value).is_eq() => continue,
            Some(_) => updated += 1,
        }
        zset.insert(member, value);
    }
    if added + updated > 0 {
        server.db.changed::<Zset>(key);
    }
    if flags.increment {
        return Ok(result);
    }
    Ok(count(if flags.changed { added + updated } else { added }))
}
