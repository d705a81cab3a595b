//! Strings as numbers.

use bytes::Bytes;

use super::super::Spec;
use crate::{
    Reply,
    engine::{
        args::int,
        data::Value,
        failure::{Answer, Failure},
        number::{add_decimals, parse_f64, parse_i64},
        server::Server,
    },
};

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::write("incr", 2, |server, args| add(server, &args[1], 1)),
    Spec::write("decr", 2, |server, args| add(server, &args[1], -1)),
    Spec::write("incrby", 3, |server, args| add(server, &args[1], int(&args[2])?)),
    Spec::write("decrby", 3, decrby),
    Spec::write("incrbyfloat", 3, incrbyfloat),
];

fn add(server: &mut Server, key: &Bytes, amount: i64) -> Answer {
    let value = match server.db.read::<Bytes>(key)? {
        Some(text) => parse_i64(text).ok_or(Failure::NOT_INTEGER)?,
        None => 0,
    };
    let sum = value.checked_add(amount).ok_or(Failure::OVERFLOW)?;
    server.db.replace(key, Value::Str(Bytes::from(sum.to_string())));
    Ok(Reply::Integer(sum))
}

fn decrby(server: &mut Server, args: &[Bytes]) -> Answer {
    let amount = int(&args[2])?.checked_neg().ok_or(Failure::text("ERR decrement would overflow"))?;
    add(server, &args[1], amount)
}

fn incrbyfloat(server: &mut Server, args: &[Bytes]) -> Answer {
    let key = &args[1];
    let value = server.db.read::<Bytes>(key)?.cloned().unwrap_or(Bytes::from_static(b"0"));
    for number in [&value, &args[2]] {
        parse_f64(number).ok_or(Failure::NOT_FLOAT)?;
    }
    let sum = Bytes::from(add_decimals(&value, &args[2]).ok_or(Failure::INCREMENT_NAN)?);
    server.db.replace(key, Value::Str(sum.clone()));
    // As a SET, so that no other server rounds it differently.
    server.db.effects.push(&[b"SET", key.as_ref(), &sum, b"KEEPTTL"]);
    server.db.log_expiry(key);
    Ok(Reply::Bulk(sum))
}
