//! The trimming options of XADD and XTRIM.

use bytes::Bytes;

use super::parse_id;
use crate::engine::{
    args::{int, is},
    data::{Stream, StreamId},
    failure::Failure,
};

/// What to keep. `~` is taken as `=`: trimming exactly costs the engine nothing more.
#[derive(Debug, Clone, Copy)]
pub(super) enum Strategy {
    /// The newest so many.
    MaxLen(usize),
    /// What is not older than this id.
    MinId(StreamId),
}

/// The options.
#[derive(Debug, Default)]
pub(super) struct Trim {
    strategy: Option<Strategy>,
    approximate: bool,
    limit: Option<usize>,
}

impl Trim {
    /// Reads an option that starts at `at`; the place after it, or `None` when there is none.
    pub(super) fn option(&mut self, args: &[Bytes], at: usize) -> Result<Option<usize>, Failure> {
        let word = &args[at];
        if at + 1 >= args.len() {
            return Ok(None);
        }
        if is(word, "limit") {
            let limit = usize::try_from(int(&args[at + 1])?)
                .map_err(|_| Failure::text("ERR The LIMIT argument must be >= 0."))?;
            self.limit = Some(limit);
            return Ok(Some(at + 2));
        }
        let by_id = is(word, "minid");
        if !by_id && !is(word, "maxlen") {
            return Ok(None);
        }
        if self.strategy.is_some() {
            return Err(Failure::text(
                "ERR syntax error, MAXLEN and MINID options at the same time are not compatible",
            ));
        }
        let mut value = at + 1;
        if at + 2 < args.len() && matches!(args[value].as_ref(), b"~" | b"=") {
            self.approximate = args[value].as_ref() == b"~";
            value += 1;
        }
        self.strategy = Some(if by_id {
            Strategy::MinId(parse_id(&args[value], 0)?)
        } else {
            let length = usize::try_from(int(&args[value])?)
                .map_err(|_| Failure::text("ERR The MAXLEN argument must be >= 0."))?;
            Strategy::MaxLen(length)
        });
        Ok(Some(value + 1))
    }

    /// The strategy, once all options are read.
    pub(super) fn check(&self) -> Result<Option<Strategy>, Failure> {
        if self.limit.is_some_and(|limit| limit > 0) && self.strategy.is_none() {
            return Err(Failure::text("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy"));
        }
        if self.limit.is_some() && !self.approximate {
            return Err(Failure::text("ERR syntax error, LIMIT cannot be used without the special ~ option"));
        }
        Ok(self.strategy)
    }

    /// Trims; how many entries went.
    pub(super) fn apply(&self, stream: &mut Stream) -> usize {
        let limit = self.limit.filter(|limit| *limit > 0).unwrap_or(usize::MAX);
        let mut removed = 0;
        while removed < limit
            && let Some((oldest, _)) = stream.first()
            && match self.strategy {
                Some(Strategy::MaxLen(length)) => stream.len() > length,
                Some(Strategy::MinId(id)) => oldest < id,
                None => false,
            }
        {
            stream.pop_first();
            removed += 1;
        }
        removed
    }
}
