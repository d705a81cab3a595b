//! Sets: intersection, union, difference.

use bytes::Bytes;

use super::super::Spec;
use crate::engine::{
    args::{bulks, count, is, keys},
    data::{Set, Value},
    failure::{Answer, Failure},
    number::parse_i64,
    server::Server,
};

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::read("sinter", -2, |server, args| Ok(bulks(&combine(server, &args[1..], Operation::Inter)?))),
    Spec::read("sunion", -2, |server, args| Ok(bulks(&combine(server, &args[1..], Operation::Union)?))),
    Spec::read("sdiff", -2, |server, args| Ok(bulks(&combine(server, &args[1..], Operation::Diff)?))),
    Spec::write("sinterstore", -3, |server, args| store(server, args, Operation::Inter)),
    Spec::write("sunionstore", -3, |server, args| store(server, args, Operation::Union)),
    Spec::write("sdiffstore", -3, |server, args| store(server, args, Operation::Diff)),
    Spec::read("sintercard", -3, sintercard),
];

#[derive(Clone, Copy)]
enum Operation {
    Inter,
    Union,
    Diff,
}

fn combine(server: &mut Server, names: &[Bytes], operation: Operation) -> Result<Set, Failure> {
    for key in names {
        server.db.expire_if_due(key);
    }
    let mut sets: Vec<Option<&Set>> = Vec::with_capacity(names.len());
    for key in names {
        sets.push(server.db.peek_as::<Set>(key)?);
    }
    let first = sets[0].into_iter().flatten();
    Ok(match operation {
        Operation::Union => sets.iter().flatten().flat_map(|set| set.iter()).cloned().collect(),
        Operation::Inter => first.filter(|member| sets[1..].iter().all(|set| has(*set, member))).cloned().collect(),
        Operation::Diff => first.filter(|member| !sets[1..].iter().any(|set| has(*set, member))).cloned().collect(),
    })
}

fn has(set: Option<&Set>, member: &Bytes) -> bool {
    set.is_some_and(|set| set.contains(member))
}

fn store(server: &mut Server, args: &[Bytes], operation: Operation) -> Answer {
    let result = combine(server, &args[2..], operation)?;
    let size = result.len();
    if size == 0 {
        server.db.remove(&args[1]);
    } else {
        server.db.set(&args[1], Value::Set(result));
    }
    // Not the command: where the log is replayed, a source may have expired.
    server.db.log_state(&args[1]);
    Ok(count(size))
}

fn sintercard(server: &mut Server, args: &[Bytes]) -> Answer {
    let (names, at) = keys(args, 1)?;
    let mut limit = 0;
    let mut rest = args[at..].iter();
    while let Some(word) = rest.next() {
        let value = rest.next().filter(|_| is(word, "limit")).ok_or(Failure::SYNTAX)?;
        limit = parse_i64(value).and_then(|value| usize::try_from(value).ok()).ok_or(Failure::LIMIT_NEGATIVE)?;
    }
    let size = combine(server, names, Operation::Inter)?.len();
    Ok(count(if limit == 0 { size } else { size.min(limit) }))
}
