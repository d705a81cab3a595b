//! Bits of strings, the most significant of a byte first.

use bytes::Bytes;

use super::{super::Spec, ranges::edit};
use crate::{
    Reply,
    engine::{
        args::{MAX_STRING, count, flag, int, is},
        data::Value,
        failure::{Answer, Failure},
        number::parse_i64,
        server::Server,
    },
};

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::write("setbit", 4, setbit),
    Spec::read("getbit", 3, getbit),
    Spec::read("bitcount", -2, bitcount),
    Spec::read("bitpos", -3, bitpos),
    Spec::write("bitop", -4, bitop),
];

fn offset(argument: &[u8]) -> Result<usize, Failure> {
    parse_i64(argument)
        .and_then(|offset| usize::try_from(offset).ok())
        .filter(|offset| offset / 8 < MAX_STRING)
        .ok_or(Failure::text("ERR bit offset is not an integer or out of range"))
}

fn bit(bytes: &[u8], offset: usize) -> bool {
    bytes.get(offset / 8).is_some_and(|byte| byte & (0x80 >> (offset % 8)) != 0)
}

fn setbit(server: &mut Server, args: &[Bytes]) -> Answer {
    let place = offset(&args[2])?;
    let on = match args[3].as_ref() {
        b"0" => false,
        b"1" => true,
        _ => return Err(Failure::text("ERR bit is not an integer or out of range")),
    };
    let former = server.db.read::<Bytes>(&args[1])?.is_some_and(|text| bit(text, place));
    edit(server, &args[1], |text| {
        if text.len() <= place / 8 {
            text.resize(place / 8 + 1, 0);
        }
        let mask = 0x80 >> (place % 8);
        if on {
            text[place / 8] |= mask;
        } else {
            text[place / 8] &= !mask;
        }
    })?;
    Ok(flag(former))
}

fn getbit(server: &mut Server, args: &[Bytes]) -> Answer {
    let place = offset(&args[2])?;
    Ok(flag(server.db.read::<Bytes>(&args[1])?.is_some_and(|text| bit(text, place))))
}

/// Whether `BYTE` or `BIT` says that positions are bits.
fn in_bits(unit: Option<&Bytes>) -> Result<bool, Failure> {
    match unit {
        None => Ok(false),
        Some(unit) if is(unit, "byte") => Ok(false),
        Some(unit) if is(unit, "bit") => Ok(true),
        Some(_) => Err(Failure::SYNTAX),
    }
}

/// Bits `start..end` that two indexes mean, in a string of so many bytes.
fn bit_range(start: i64, end: i64, bits: bool, bytes: usize) -> std::ops::Range<usize> {
    let (len, size) = if bits { (bytes as i64 * 8, 1) } else { (bytes as i64, 8) };
    let place = |index: i64| if index < 0 { index.saturating_add(len).max(0) } else { index };
    let (start, end) = (place(start), place(end).min(len - 1));
    if start > end { 0..0 } else { start as usize * size..(end as usize + 1) * size }
}

fn bitcount(server: &mut Server, args: &[Bytes]) -> Answer {
    let Some(text) = server.db.read::<Bytes>(&args[1])? else { return Ok(count(0)) };
    let (start, end) = match args.len() {
        2 => (0, -1),
        4 | 5 => (int(&args[2])?, int(&args[3])?),
        _ => return Err(Failure::SYNTAX),
    };
    if start < 0 && end < 0 && start > end {
        return Ok(count(0));
    }
    let bits = in_bits(args.get(4))?;
    let range = bit_range(start, end, bits, text.len());
    if range.start.is_multiple_of(8) && range.end.is_multiple_of(8) {
        let ones: u32 = text[range.start / 8..range.end / 8].iter().map(|byte| byte.count_ones()).sum();
        return Ok(Reply::Integer(i64::from(ones)));
    }
    Ok(count(range.filter(|place| bit(text, *place)).count()))
}

fn bitpos(server: &mut Server, args: &[Bytes]) -> Answer {
    let wanted = match args[2].as_ref() {
        b"0" => false,
        b"1" => true,
        text if parse_i64(text).is_some() => return Err(Failure::text("ERR The bit argument must be 1 or 0.")),
        _ => return Err(Failure::NOT_INTEGER),
    };
    let Some(text) = server.db.read::<Bytes>(&args[1])? else { return Ok(Reply::Integer(if wanted { -1 } else { 0 })) };
    if args.len() > 6 {
        return Err(Failure::SYNTAX);
    }
    let start = args.get(3).map_or(Ok(0), |start| int(start))?;
    let bits = in_bits(args.get(5))?;
    let end = args.get(4).map_or(Ok(-1), |end| int(end))?;
    let mut range = bit_range(start, end, bits, text.len());
    if range.is_empty() {
        return Ok(Reply::Integer(-1));
    }
    let stop = range.end;
    match range.find(|place| bit(text, *place) == wanted) {
        Some(place) => Ok(count(place)),
        // A string is followed by zeros, as long as no end was given.
        None if !wanted && args.len() < 5 => Ok(count(stop)),
        None => Ok(Reply::Integer(-1)),
    }
}

fn bitop(server: &mut Server, args: &[Bytes]) -> Answer {
    let combine: fn(u8, u8) -> u8 = match &args[1] {
        name if is(name, "and") => |a, b| a & b,
        name if is(name, "or") => |a, b| a | b,
        name if is(name, "xor") => |a, b| a ^ b,
        name if is(name, "not") => |a, _| a,
        _ => return Err(Failure::SYNTAX),
    };
    let invert = is(&args[1], "not");
    if invert && args.len() != 4 {
        return Err(Failure::text("ERR BITOP NOT must be called with a single source key."));
    }
    let mut sources = Vec::new();
    for key in &args[3..] {
        sources.push(server.db.read::<Bytes>(key)?.cloned().unwrap_or_default());
    }
    let length = sources.iter().map(Bytes::len).max().unwrap_or(0);
    let byte = |source: &Bytes, place: usize| source.get(place).copied().unwrap_or(0);
    let result: Vec<u8> = (0..length)
        .map(|place| match sources.split_first() {
            Some((only, [])) if invert => !byte(only, place),
            Some((first, rest)) => {
                rest.iter().fold(byte(first, place), |sum, source| combine(sum, byte(source, place)))
            }
            None => 0,
        })
        .collect();
    if length == 0 {
        server.db.remove(&args[2]);
    } else {
        server.db.set(&args[2], Value::Str(result.into()));
    }
    // Not the command: where the log is replayed, a source may have expired.
    server.db.log_state(&args[2]);
    Ok(count(length))
}
