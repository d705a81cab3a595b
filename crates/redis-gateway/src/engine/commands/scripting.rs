//! EVAL and its kin.

use bytes::Bytes;

use super::Spec;
use crate::{
    Reply,
    engine::{
        args::{flag, int, is, ok, text},
        failure::{Answer, Failure},
        script::{self, Call},
        server::Server,
    },
};

pub(super) const COMMANDS: &[Spec] = &[
    Spec::outside_scripts("eval", -3, |server, args| eval(server, args, false)),
    Spec::outside_scripts("eval_ro", -3, |server, args| eval(server, args, true)),
    Spec::outside_scripts("evalsha", -3, |server, args| evalsha(server, args, false)),
    Spec::outside_scripts("evalsha_ro", -3, |server, args| evalsha(server, args, true)),
    Spec::container("script"),
    Spec::outside_scripts("script|load", 3, |server, args| Ok(text(server.scripts.load(&args[2])?))),
    Spec::outside_scripts("script|exists", -3, exists),
    Spec::outside_scripts("script|flush", -2, flush),
];

/// Splits `numkeys key … arg …`.
fn call(args: &[Bytes], read_only: bool) -> Result<Call<'_>, Failure> {
    let number = int(&args[2])?;
    let number = usize::try_from(number).map_err(|_| Failure::text("ERR Number of keys can't be negative"))?;
    if number > args.len() - 3 {
        return Err(Failure::TOO_MANY_KEYS);
    }
    let (keys, arguments) = args[3..].split_at(number);
    Ok(Call { keys, arguments, read_only })
}

fn eval(server: &mut Server, args: &[Bytes], read_only: bool) -> Answer {
    let call = call(args, read_only)?;
    let sha = server.scripts.load(&args[1])?;
    script::run(server, &sha, &call)
}

fn evalsha(server: &mut Server, args: &[Bytes], read_only: bool) -> Answer {
    let call = call(args, read_only)?;
    let sha = String::from_utf8_lossy(&args[1]).to_ascii_lowercase();
    if !server.scripts.knows(&sha) {
        return Err(Failure::text("NOSCRIPT No matching script. Please use EVAL."));
    }
    script::run(server, &sha, &call)
}

fn exists(server: &mut Server, args: &[Bytes]) -> Answer {
    let known = |sha: &Bytes| server.scripts.knows(&String::from_utf8_lossy(sha).to_ascii_lowercase());
    Ok(Reply::Array(args[2..].iter().map(|sha| flag(known(sha))).collect()))
}

fn flush(server: &mut Server, args: &[Bytes]) -> Answer {
    match &args[2..] {
        [] => {}
        [mode] if is(mode, "sync") || is(mode, "async") => {}
        _ => return Err(Failure::text("ERR SCRIPT FLUSH only support SYNC|ASYNC option")),
    }
    server.scripts.flush();
    Ok(ok())
}
