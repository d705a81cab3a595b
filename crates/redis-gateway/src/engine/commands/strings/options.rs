//! The options of SET and GETEX.

use bytes::Bytes;

use crate::engine::{
    args::{int, is},
    failure::Failure,
};

/// How long a value lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Life {
    /// No option given.
    Forever,
    /// KEEPTTL.
    Keep,
    /// PERSIST.
    Persist,
    /// EX, PX, EXAT, PXAT.
    At { unit: Unit, relative: bool, value: Bytes },
}

/// NX or XX.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    /// NX.
    IfMissing,
    /// XX.
    IfThere,
}

/// What an expiry is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// EX, EXAT.
    Seconds,
    /// PX, PXAT.
    Millis,
}

/// The options of SET.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) life: Life,
    pub(super) condition: Option<Condition>,
    pub(super) get: bool,
}

impl Options {
    pub(super) fn of_set(args: &[Bytes]) -> Result<Self, Failure> {
        let mut options = Self { life: Life::Forever, condition: None, get: false };
        let mut rest = args.iter();
        while let Some(word) = rest.next() {
            match word {
                word if is(word, "nx") && options.condition != Some(Condition::IfThere) => {
                    options.condition = Some(Condition::IfMissing);
                }
                word if is(word, "xx") && options.condition != Some(Condition::IfMissing) => {
                    options.condition = Some(Condition::IfThere);
                }
                word if is(word, "get") => options.get = true,
                word if is(word, "keepttl") && matches!(options.life, Life::Forever | Life::Keep) => {
                    options.life = Life::Keep;
                }
                word if options.life == Life::Forever => options.life = at(word, rest.next())?,
                _ => return Err(Failure::SYNTAX),
            }
        }
        Ok(options)
    }

    pub(super) fn of_getex(args: &[Bytes]) -> Result<Life, Failure> {
        let mut life = Life::Forever;
        let mut rest = args.iter();
        while let Some(word) = rest.next() {
            life = match word {
                word if is(word, "persist") && matches!(life, Life::Forever | Life::Persist) => Life::Persist,
                word if life == Life::Forever => at(word, rest.next())?,
                _ => return Err(Failure::SYNTAX),
            }
        }
        Ok(life)
    }
}

fn at(word: &[u8], value: Option<&Bytes>) -> Result<Life, Failure> {
    let (unit, relative) = match word {
        word if is(word, "ex") => (Unit::Seconds, true),
        word if is(word, "px") => (Unit::Millis, true),
        word if is(word, "exat") => (Unit::Seconds, false),
        word if is(word, "pxat") => (Unit::Millis, false),
        _ => return Err(Failure::SYNTAX),
    };
    Ok(Life::At { unit, relative, value: value.ok_or(Failure::SYNTAX)?.clone() })
}

/// The Unix ms that an expiry option means.
pub(super) fn deadline(command: &str, unit: Unit, relative: bool, value: &[u8], now: i64) -> Result<i64, Failure> {
    let value = int(value)?;
    let millis = match unit {
        Unit::Seconds => value.checked_mul(1000),
        Unit::Millis => Some(value),
    };
    millis
        .filter(|millis| *millis > 0)
        .and_then(|millis| millis.checked_add(if relative { now } else { 0 }))
        .ok_or_else(|| Failure::expire_time(command))
}
