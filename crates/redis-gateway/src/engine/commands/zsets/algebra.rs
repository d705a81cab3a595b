//! Sorted sets: union, intersection, difference. Plain sets take part with score 1.

use bytes::Bytes;
use indexmap::IndexMap;

use super::super::Spec;
use crate::{
    Reply,
    engine::{
        args::{count, is, score},
        data::{Db, Set, Value, Zset, compare},
        failure::{Answer, Failure},
        number::{parse_f64, parse_i64},
        server::Server,
    },
};

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::read("zunion", -3, |server, args| read(server, args, Operation::Union)),
    Spec::read("zinter", -3, |server, args| read(server, args, Operation::Inter)),
    Spec::read("zdiff", -3, |server, args| read(server, args, Operation::Diff)),
    Spec::write("zunionstore", -4, |server, args| store(server, args, Operation::Union)),
    Spec::write("zinterstore", -4, |server, args| store(server, args, Operation::Inter)),
    Spec::write("zdiffstore", -4, |server, args| store(server, args, Operation::Diff)),
    Spec::read("zintercard", -3, zintercard),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Union,
    Inter,
    Diff,
}

/// How the scores of one member become one.
#[derive(Clone, Copy)]
enum Aggregate {
    Sum,
    Min,
    Max,
}

impl Aggregate {
    fn apply(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Sum => {
                let sum = a + b;
                // inf + -inf counts as 0.
                if sum.is_nan() { 0.0 } else { sum }
            }
            Self::Min => a.min(b),
            Self::Max => a.max(b),
        }
    }
}

/// `numkeys key … [WEIGHTS …] [AGGREGATE …] [WITHSCORES]`.
struct Wish<'a> {
    keys: &'a [Bytes],
    weights: Vec<f64>,
    aggregate: Aggregate,
    with_scores: bool,
}

impl<'a> Wish<'a> {
    fn parse(db: &mut Db, args: &'a [Bytes], at: usize, operation: Operation, storing: bool) -> Result<Self, Failure> {
        let number = parse_i64(&args[at]).ok_or(Failure::NOT_INTEGER)?;
        if number < 1 {
            let name = String::from_utf8_lossy(&args[0]).to_ascii_lowercase();
            return Err(Failure::new(format!("ERR at least 1 input key is needed for '{name}' command")));
        }
        let end = (at + 1).checked_add(number as usize).ok_or(Failure::SYNTAX)?;
        let keys = args.get(at + 1..end).ok_or(Failure::SYNTAX)?;
        for key in keys {
            Source::of(db, key)?;
        }
        let mut wish = Self { keys, weights: vec![1.0; keys.len()], aggregate: Aggregate::Sum, with_scores: false };
        let mut rest = args[end..].iter();
        while let Some(word) = rest.next() {
            if is(word, "weights") && operation != Operation::Diff && rest.len() >= keys.len() {
                for weight in &mut wish.weights {
                    *weight = rest
                        .next()
                        .and_then(|weight| parse_f64(weight))
                        .ok_or(Failure::text("ERR weight value is not a float"))?;
                }
            } else if is(word, "aggregate") && operation != Operation::Diff && rest.len() > 0 {
                wish.aggregate = match rest.next() {
                    Some(word) if is(word, "sum") => Aggregate::Sum,
                    Some(word) if is(word, "min") => Aggregate::Min,
                    Some(word) if is(word, "max") => Aggregate::Max,
                    _ => return Err(Failure::SYNTAX),
                };
            } else if is(word, "withscores") && !storing {
                wish.with_scores = true;
            } else {
                return Err(Failure::SYNTAX);
            }
        }
        Ok(wish)
    }

    /// The members of the result, in no order.
    fn compute(&self, db: &Db, operation: Operation) -> Result<IndexMap<Bytes, f64>, Failure> {
        let mut sources = Vec::new();
        for (key, weight) in self.keys.iter().zip(&self.weights) {
            sources.push((Source::peek(db, key)?, *weight));
        }
        // Redis goes from the smallest source to the largest, which shows in the last digits of sums.
        if operation != Operation::Diff {
            sources.sort_by_key(|(source, _)| source.len());
        }
        let mut result: IndexMap<Bytes, f64> = IndexMap::new();
        let ((first, weight), others) = sources.split_first().ok_or(Failure::SYNTAX)?;
        let weighted = |value: f64, weight: f64| {
            let product = value * weight;
            if product.is_nan() { 0.0 } else { product }
        };
        first.each(|member, value| {
            result.insert(member.clone(), weighted(value, *weight));
        });
        for (source, weight) in others {
            match operation {
                Operation::Union => source.each(|member, value| {
                    let value = weighted(value, *weight);
                    result
                        .entry(member.clone())
                        .and_modify(|sum| *sum = self.aggregate.apply(*sum, value))
                        .or_insert(value);
                }),
                Operation::Inter => result.retain(|member, sum| {
                    let value = source.score(member).map(|value| weighted(value, *weight));
                    value.inspect(|value| *sum = self.aggregate.apply(*sum, *value)).is_some()
                }),
                Operation::Diff => result.retain(|member, _| source.score(member).is_none()),
            }
        }
        Ok(result)
    }
}

/// A set or a sorted set, or nothing.
enum Source<'a> {
    None,
    Set(&'a Set),
    Zset(&'a Zset),
}

impl<'a> Source<'a> {
    fn of(db: &'a mut Db, key: &[u8]) -> Result<Self, Failure> {
        db.expire_if_due(key);
        Self::peek(db, key)
    }

    fn peek(db: &'a Db, key: &[u8]) -> Result<Self, Failure> {
        match db.peek(key).map(|entry| &entry.value) {
            None => Ok(Self::None),
            Some(Value::Set(set)) => Ok(Self::Set(set)),
            Some(Value::Zset(zset)) => Ok(Self::Zset(zset)),
            Some(_) => Err(Failure::WRONG_TYPE),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Set(set) => set.len(),
            Self::Zset(zset) => zset.len(),
        }
    }

    fn score(&self, member: &Bytes) -> Option<f64> {
        match self {
            Self::None => None,
            Self::Set(set) => set.contains(member).then_some(1.0),
            Self::Zset(zset) => zset.score(member),
        }
    }

    fn each(&self, mut visit: impl FnMut(&Bytes, f64)) {
        match self {
            Self::None => {}
            Self::Set(set) => set.iter().for_each(|member| visit(member, 1.0)),
            Self::Zset(zset) => zset.range(0, zset.len()).into_iter().for_each(|(score, member)| visit(member, *score)),
        }
    }
}

fn read(server: &mut Server, args: &[Bytes], operation: Operation) -> Answer {
    let wish = Wish::parse(&mut server.db, args, 1, operation, false)?;
    let mut result: Vec<(Bytes, f64)> = wish.compute(&server.db, operation)?.into_iter().collect();
    result.sort_by(|a, b| compare(a.1, &a.0, b.1, &b.0));
    let mut reply = Vec::new();
    for (member, value) in result {
        reply.push(Reply::Bulk(member));
        if wish.with_scores {
            reply.push(score(value));
        }
    }
    Ok(Reply::Array(reply))
}

fn store(server: &mut Server, args: &[Bytes], operation: Operation) -> Answer {
    let wish = Wish::parse(&mut server.db, args, 2, operation, true)?;
    let mut result = Zset::default();
    for (member, value) in wish.compute(&server.db, operation)? {
        result.insert(&member, value);
    }
    let size = result.len();
    if size == 0 {
        server.db.remove(&args[1]);
    } else {
        server.db.set(&args[1], Value::Zset(result));
    }
    // Not the command: where the log is replayed, a source may have expired.
    server.db.log_state(&args[1]);
    Ok(count(size))
}

fn zintercard(server: &mut Server, args: &[Bytes]) -> Answer {
    let number = parse_i64(&args[1]).ok_or(Failure::NOT_INTEGER)?;
    let options =
        usize::try_from(number).ok().and_then(|number| args.get(number.checked_add(2)?..)).unwrap_or_default();
    let source = &args[..args.len() - options.len()];
    let wish = Wish::parse(&mut server.db, source, 1, Operation::Inter, true)?;
    let mut limit = 0;
    let mut rest = options.iter();
    while let Some(word) = rest.next() {
        let value = rest.next().filter(|_| is(word, "limit")).ok_or(Failure::SYNTAX)?;
        limit = parse_i64(value).and_then(|value| usize::try_from(value).ok()).ok_or(Failure::LIMIT_NEGATIVE)?;
    }
    let size = wish.compute(&server.db, Operation::Inter)?.len();
    Ok(count(if limit == 0 { size } else { size.min(limit) }))
}
