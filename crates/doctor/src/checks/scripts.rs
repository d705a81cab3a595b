//! Whether the store runs scripts, by source and by hash, with the commands in them that RoomTalk needs.

use store::scripts::CHECK;
use upstash::{Arg, Command, Kind, Refusal, Reply};

use crate::failure::{Failure, PERMISSION, mend_for, one_line};
use crate::finding::Outcome;
use crate::probe::{DEADLINE, LIFE, Probe};
use crate::steps::Problems;

/// The channel on which the checks publish. Whoever else listens there is another doctor.
pub(super) const CHANNEL: &str = "doctor:events";
const MEND: &str = "RoomTalk can't work without scripts: use Upstash, Redis 7.0 or newer, Valkey, or RoomTalk's embedded store; \
     on your own Redis give the user `+eval +evalsha` and take `rename-command EVAL …` out of redis.conf";

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let keys = ["script-log", "script-mark", "script-image"].map(|name| probe.key(name));
    let call = CHECK.call(keys.iter().map(Arg::from).collect(), vec![CHANNEL.into()]);
    // Known to nobody, since it is no digest of a script that anybody has.
    let unknown = format!("{}00000000", probe.run);
    let mut commands = vec![Command::new("EVALSHA").arg(&unknown).arg("0"), call.by_source(), call.by_sha()];
    // Only when the script could not remove them.
    commands.extend(keys.iter().map(|key| Command::new("EXPIRE").arg(key).arg(LIFE)));
    let mut replies = probe.pipeline(&commands, DEADLINE).await?.into_iter();
    let mut next = || replies.next().unwrap_or(Ok(Reply::Nil));

    match next() {
        Err(refusal) if refusal.kind == Kind::NoScript => {}
        Err(refusal) => return Ok(refused("EVALSHA", &refusal)),
        Ok(_) => return Ok(Outcome::fail("EVALSHA of a script that nobody has sent was answered", MEND)),
    }
    match next() {
        Err(refusal) => return Ok(refused("EVAL", &refusal)),
        Ok(reply) => {
            let lacks: Vec<String> = reply.array()?.into_iter().map(Reply::text).collect::<Result<_, _>>()?;
            if !lacks.is_empty() {
                let lacks = lacks.into_iter().map(|lack| format!("in a script, {lack}"));
                return Ok(Problems(lacks.collect()).outcome("", MEND));
            }
        }
    }
    Ok(match next() {
        Ok(_) => Outcome::ok("EVAL, EVALSHA and NOSCRIPT, and in scripts all commands that RoomTalk's use"),
        Err(refusal) if refusal.kind == Kind::NoScript => Outcome::warn(
            "a script is not remembered after EVAL: RoomTalk works, and sends each script's source again and again",
            "look whether something runs SCRIPT FLUSH, or whether requests go to servers that don't share scripts",
        ),
        Err(refusal) => refused("EVALSHA", &refusal),
    })
}

fn refused(what: &str, refusal: &Refusal) -> Outcome {
    // The mend here names the two commands that the user may not run.
    let mend = mend_for(&refusal.text).filter(|mend| *mend != PERMISSION).unwrap_or(MEND);
    Outcome::fail(format!("{what}: {}", one_line(refusal)), mend)
}
