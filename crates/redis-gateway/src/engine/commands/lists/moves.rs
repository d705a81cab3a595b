//! Lists: taking from one of several, moving between two.

use bytes::Bytes;

use super::{super::Spec, End};
use crate::{
    Reply,
    engine::{
        args::{bulks, multi_pop},
        data::List,
        failure::Answer,
        server::Server,
    },
};

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::write("lmove", 5, |server, args| {
        let (from, to) = (End::parse(&args[3])?, End::parse(&args[4])?);
        transfer(server, args, from, to)
    }),
    Spec::write("rpoplpush", 3, |server, args| transfer(server, args, End::Right, End::Left)),
    Spec::write("lmpop", -4, lmpop),
];

fn transfer(server: &mut Server, args: &[Bytes], from: End, to: End) -> Answer {
    let (source, target) = (&args[1], &args[2]);
    if server.db.read::<List>(source)?.is_none() {
        return Ok(Reply::Nil);
    }
    server.db.read::<List>(target)?;
    let item = server.db.write::<List>(source)?.and_then(|list| from.pop(list)).unwrap_or_default();
    if source == target {
        to.push(server.db.create::<List>(target)?, item.clone());
        server.db.changed::<List>(source);
    } else {
        server.db.changed::<List>(source);
        to.push(server.db.create::<List>(target)?, item.clone());
    }
    // As two steps: where the log is replayed, the source may have expired.
    let taken = if from == End::Left { b"LPOP" } else { b"RPOP" };
    let given = if to == End::Left { b"LPUSH" } else { b"RPUSH" };
    server.db.effects.push(&[taken.as_slice(), source]);
    server.db.effects.push(&[given.as_slice(), target, &item]);
    server.db.log_expiry(target);
    Ok(Reply::Bulk(item))
}

fn lmpop(server: &mut Server, args: &[Bytes]) -> Answer {
    let (sources, end, wanted) = multi_pop(args)?;
    let end = End::parse(end)?;
    for key in sources {
        let Some(list) = server.db.write::<List>(key)? else { continue };
        let items: Vec<Bytes> = (0..wanted.min(list.len())).filter_map(|_| end.pop(list)).collect();
        server.db.changed::<List>(key);
        let name = if end == End::Left { b"LPOP" } else { b"RPOP" };
        server.db.effects.push(&[name.as_slice(), key, items.len().to_string().as_bytes()]);
        return Ok(Reply::Array(vec![Reply::Bulk(key.clone()), bulks(&items)]));
    }
    Ok(Reply::Nil)
}
