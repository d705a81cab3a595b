//! Publish and subscribe.

use bytes::Bytes;

use super::Spec;
use crate::{
    Reply,
    engine::{
        args::count,
        failure::{Answer, Failure},
        glob,
        server::Server,
    },
};

pub(super) const COMMANDS: &[Spec] = &[
    Spec::told("publish", 3, publish),
    Spec::container("pubsub"),
    Spec::read("pubsub|channels", -2, channels),
    Spec::read("pubsub|numsub", -2, numsub),
    Spec::read("pubsub|numpat", 2, |server, _| Ok(count(server.pubsub.patterns()))),
];

/// The message goes out when the batch is stored: nobody is told what the log refused.
fn publish(server: &mut Server, args: &[Bytes]) -> Answer {
    let audience = server.pubsub.audience(&args[1]);
    if audience > 0 {
        server.published.push((args[1].clone(), args[2].clone()));
    }
    Ok(count(audience))
}

fn channels(server: &mut Server, args: &[Bytes]) -> Answer {
    if args.len() > 3 {
        return Err(Failure::subcommand_syntax("PUBSUB", &args[1]));
    }
    let wanted = |name: &Bytes| args.get(2).is_none_or(|pattern| glob::matches(pattern, name));
    Ok(Reply::Array(server.pubsub.channels().into_iter().filter(wanted).map(Reply::Bulk).collect()))
}

fn numsub(server: &mut Server, args: &[Bytes]) -> Answer {
    let counts =
        args[2..].iter().flat_map(|channel| [Reply::Bulk(channel.clone()), count(server.pubsub.subscribers(channel))]);
    Ok(Reply::Array(counts.collect()))
}
