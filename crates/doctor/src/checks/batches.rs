//! Several commands in one request: pipelines and transactions.

use upstash::{Command, Kind, Refusal, Reply};

use crate::failure::{Failure, PROTOCOL, mend_for, one_line};
use crate::finding::Outcome;
use crate::probe::{DEADLINE, LIFE, Probe};
use crate::steps::text;

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let key = probe.key("batch");
    let commands = [
        Command::new("SET").arg(&key).arg("1").arg("EX").arg(LIFE),
        Command::new("HMGET").arg(&key).arg("field"),
        Command::new("GET").arg(&key),
    ];
    let batches =
        [("/pipeline", probe.pipeline(&commands, DEADLINE).await), ("/multi-exec", probe.transaction(&commands).await)];
    for (path, replies) in batches {
        let seen = match replies {
            Ok(replies) if is_as_wanted(&replies) => continue,
            Ok(replies) => {
                match replies.into_iter().find_map(|reply| reply.err().filter(|r| r.kind != Kind::WrongType)) {
                    Some(refusal) => format!("{path}: {}", one_line(&refusal)),
                    None => {
                        format!("{path}: the replies are not one for each command, with the errors of those that fail")
                    }
                }
            }
            // No answer says nothing of the protocol.
            Err(failure @ Failure::Transport(_)) => return Err(failure),
            Err(failure) => format!("{path}: {failure}"),
        };
        let mend = mend_for(&seen).unwrap_or(PROTOCOL);
        return Ok(Outcome::fail(seen, mend));
    }
    Ok(Outcome::ok("/pipeline and /multi-exec, where a command that fails does not stop the others"))
}

fn is_as_wanted(replies: &[Result<Reply, Refusal>]) -> bool {
    let [Ok(set), Err(wrong), Ok(got)] = replies else { return false };
    *set == text("OK") && wrong.kind == Kind::WrongType && *got == text("1")
}
