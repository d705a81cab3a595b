//! Sorted sets: ranges by rank, score and member.

use bytes::Bytes;

use super::{
    super::Spec,
    bounds::{LexRange, ScoreRange},
};
use crate::{
    Reply,
    engine::{
        args::{count, int, is, score, slice},
        data::{Value, Zset},
        failure::{Answer, Failure},
        server::Server,
    },
};

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::read("zrange", -4, |server, args| read(server, args, &Wish::parse(args, 1, Form::Any)?)),
    Spec::read("zrevrange", -4, |server, args| read(server, args, &Wish::parse(args, 1, Form::Fixed(By::Rank, true))?)),
    Spec::read("zrangebyscore", -4, |server, args| {
        read(server, args, &Wish::parse(args, 1, Form::Fixed(By::Score, false))?)
    }),
    Spec::read("zrevrangebyscore", -4, |server, args| {
        read(server, args, &Wish::parse(args, 1, Form::Fixed(By::Score, true))?)
    }),
    Spec::read("zrangebylex", -4, |server, args| {
        read(server, args, &Wish::parse(args, 1, Form::Fixed(By::Lex, false))?)
    }),
    Spec::read("zrevrangebylex", -4, |server, args| {
        read(server, args, &Wish::parse(args, 1, Form::Fixed(By::Lex, true))?)
    }),
    Spec::write("zrangestore", -5, zrangestore),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Rank,
    Score,
    Lex,
}

/// Which options a command has.
#[derive(Clone, Copy)]
enum Form {
    /// ZRANGE: all.
    Any,
    /// ZRANGESTORE: all but WITHSCORES.
    Store,
    /// The older commands: what and which way is in their name.
    Fixed(By, bool),
}

enum Between {
    Ranks(i64, i64),
    Scores(ScoreRange),
    Members(LexRange),
}

/// What a command wants.
struct Wish {
    between: Between,
    reverse: bool,
    limit: Option<(i64, i64)>,
    with_scores: bool,
}

impl Wish {
    /// Reads `key start end option …`, the key being at `at`.
    fn parse(args: &[Bytes], at: usize, form: Form) -> Result<Self, Failure> {
        let (mut by, mut reverse) = match form {
            Form::Fixed(by, reverse) => (by, reverse),
            Form::Any | Form::Store => (By::Rank, false),
        };
        let free = !matches!(form, Form::Fixed(..));
        let (mut limit, mut with_scores) = (None, false);
        let mut rest = args[at + 3..].iter();
        while let Some(word) = rest.next() {
            match word {
                word if is(word, "withscores") && !matches!(form, Form::Store) => with_scores = true,
                word if is(word, "limit") && rest.len() >= 2 => {
                    let (offset, size) = (rest.next(), rest.next());
                    if let (Some(offset), Some(size)) = (offset, size) {
                        limit = Some((int(offset)?, int(size)?));
                    }
                }
                word if is(word, "rev") && free => reverse = true,
                word if is(word, "byscore") && free => by = By::Score,
                word if is(word, "bylex") && free => by = By::Lex,
                _ => return Err(Failure::SYNTAX),
            }
        }
        if limit.is_some() && by == By::Rank {
            return Err(Failure::text(
                "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
            ));
        }
        if with_scores && by == By::Lex {
            return Err(Failure::text("ERR syntax error, WITHSCORES not supported in combination with BYLEX"));
        }
        let (start, end) = (&args[at + 1], &args[at + 2]);
        // Reversed ranges name the greater end first.
        let (min, max) = if reverse { (end, start) } else { (start, end) };
        let between = match by {
            By::Rank => Between::Ranks(int(start)?, int(end)?),
            By::Score => Between::Scores(ScoreRange::parse(min, max)?),
            By::Lex => Between::Members(LexRange::parse(min, max)?),
        };
        Ok(Self { between, reverse, limit, with_scores })
    }

    /// The members, in the wanted order.
    fn find(&self, zset: &Zset) -> Vec<(f64, Bytes)> {
        let len = zset.len();
        let mut ranks = match &self.between {
            Between::Ranks(start, end) => {
                let ranks = slice(*start, *end, len);
                if self.reverse { len - ranks.end..len - ranks.start } else { ranks }
            }
            Between::Scores(range) => range.ranks(zset),
            Between::Members(range) => range.ranks(zset),
        };
        if let Some((offset, size)) = self.limit {
            // A negative offset finds nothing, a negative size has no limit.
            let skip = usize::try_from(offset).unwrap_or(usize::MAX).min(ranks.len());
            let take = usize::try_from(size).unwrap_or(usize::MAX).min(ranks.len() - skip);
            ranks = if self.reverse {
                ranks.end - skip - take..ranks.end - skip
            } else {
                ranks.start + skip..ranks.start + skip + take
            };
        }
        let found = zset.range(ranks.start, ranks.end).into_iter().cloned();
        if self.reverse { found.rev().collect() } else { found.collect() }
    }
}

fn read(server: &mut Server, args: &[Bytes], wish: &Wish) -> Answer {
    let Some(zset) = server.db.read::<Zset>(&args[1])? else { return Ok(Reply::Array(Vec::new())) };
    let mut reply = Vec::new();
    for (value, member) in wish.find(zset) {
        reply.push(Reply::Bulk(member));
        if wish.with_scores {
            reply.push(score(value));
        }
    }
    Ok(Reply::Array(reply))
}

fn zrangestore(server: &mut Server, args: &[Bytes]) -> Answer {
    let wish = Wish::parse(args, 2, Form::Store)?;
    let found = server.db.read::<Zset>(&args[2])?.map(|zset| wish.find(zset)).unwrap_or_default();
    if found.is_empty() {
        server.db.remove(&args[1]);
        return Ok(count(0));
    }
    let mut result = Zset::default();
    for (value, member) in &found {
        result.insert(member, *value);
    }
    server.db.set(&args[1], Value::Zset(result));
    server.db.log_state(&args[1]);
    Ok(count(found.len()))
}
