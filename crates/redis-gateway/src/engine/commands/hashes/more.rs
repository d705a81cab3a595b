//! Hashes: numbers and random fields.

use bytes::Bytes;

use super::super::Spec;
use crate::{
    Reply,
    engine::{
        args::{bulk, draw, int, is},
        data::Hash,
        failure::{Answer, Failure},
        number::{add_decimals, parse_f64, parse_i64},
        server::Server,
    },
};

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::write("hincrby", 4, hincrby),
    Spec::write("hincrbyfloat", 4, hincrbyfloat),
    Spec::read("hrandfield", -2, hrandfield),
];

fn hincrby(server: &mut Server, args: &[Bytes]) -> Answer {
    let amount = int(&args[3])?;
    let value = match server.db.read::<Hash>(&args[1])?.and_then(|hash| hash.get(&args[2])) {
        Some(text) => parse_i64(text).ok_or(Failure::text("ERR hash value is not an integer"))?,
        None => 0,
    };
    let sum = value.checked_add(amount).ok_or(Failure::OVERFLOW)?;
    server.db.create::<Hash>(&args[1])?.insert(args[2].clone(), Bytes::from(sum.to_string()));
    server.db.changed::<Hash>(&args[1]);
    Ok(Reply::Integer(sum))
}

fn hincrbyfloat(server: &mut Server, args: &[Bytes]) -> Answer {
    let amount = parse_f64(&args[3]).ok_or(Failure::NOT_FLOAT)?;
    if amount.is_infinite() {
        return Err(Failure::text("ERR value is NaN or Infinity"));
    }
    let former = server.db.read::<Hash>(&args[1])?.and_then(|hash| hash.get(&args[2]));
    let value = former.cloned().unwrap_or(Bytes::from_static(b"0"));
    parse_f64(&value).ok_or(Failure::text("ERR hash value is not a float"))?;
    let sum = Bytes::from(add_decimals(&value, &args[3]).ok_or(Failure::INCREMENT_NAN)?);
    server.db.create::<Hash>(&args[1])?.insert(args[2].clone(), sum.clone());
    server.db.changed::<Hash>(&args[1]);
    server.db.effects.push(&[b"HSET", args[1].as_ref(), &args[2], &sum]);
    server.db.log_expiry(&args[1]);
    Ok(Reply::Bulk(sum))
}

fn hrandfield(server: &mut Server, args: &[Bytes]) -> Answer {
    let with_values = match args.len() {
        2 | 3 => false,
        4 if is(&args[3], "withvalues") => true,
        _ => return Err(Failure::SYNTAX),
    };
    let wanted = args.get(2).map(|wanted| draw(wanted)).transpose()?;
    let random = &mut server.random;
    let hash = server.db.read::<Hash>(&args[1])?.filter(|hash| !hash.is_empty());
    match (hash, wanted) {
        (None, None) => Ok(Reply::Nil),
        (None, Some(_)) => Ok(Reply::Array(Vec::new())),
        (Some(hash), None) => Ok(bulk(hash.get_index(random.below(hash.len())).map(|(field, _)| field))),
        (Some(hash), Some(wanted)) => {
            let places = random.choose(hash.len(), wanted);
            let mut reply = Vec::new();
            for (field, value) in places.into_iter().filter_map(|place| hash.get_index(place)) {
                reply.push(Reply::Bulk(field.clone()));
                if with_values {
                    reply.push(Reply::Bulk(value.clone()));
                }
            }
            Ok(Reply::Array(reply))
        }
    }
}
