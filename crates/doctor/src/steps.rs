//! Commands that are sent together, each with the reply that it must get.

use bytes::Bytes;
use upstash::{Command, Reply};

use crate::failure::{Failure, mend_for, one_line};
use crate::finding::Outcome;
use crate::probe::{DEADLINE, Probe};

/// One command and what it must answer.
pub(crate) struct Step<'a> {
    what: &'static str,
    command: Command<'a>,
    wanted: Wanted,
}

/// What a command must answer.
pub(crate) enum Wanted {
    /// Anything but an error.
    Anything,
    /// Exactly this.
    Reply(Reply),
    /// A number within these, both included.
    Between(i64, i64),
    /// Nothing, or an array of nothing.
    Empty,
    /// An array of so many.
    Count(usize),
    /// An array whose first items are these texts.
    Texts(&'static [&'static str]),
}

impl<'a> Step<'a> {
    /// `what` names the command and the way in which it is used.
    pub(crate) fn new(what: &'static str, command: Command<'a>, wanted: Wanted) -> Self {
        Self { what, command, wanted }
    }
}

/// A text as a reply.
pub(crate) fn text(text: &str) -> Reply {
    Reply::Bytes(Bytes::copy_from_slice(text.as_bytes()))
}

/// Problems of one check that are told; the others are counted.
const TOLD: usize = 2;

/// What went wrong in the steps, a sentence each.
#[derive(Debug, Default)]
pub(crate) struct Problems(pub(crate) Vec<String>);

/// Sends all steps in one request.
pub(crate) async fn run(probe: &Probe, steps: &[Step<'_>]) -> Result<Problems, Failure> {
    let commands: Vec<_> = steps.iter().map(|step| step.command.clone()).collect();
    let replies = probe.pipeline(&commands, DEADLINE).await?;
    let mut problems = Problems::default();
    for (step, reply) in steps.iter().zip(replies) {
        match reply {
            Ok(reply) if step.wanted.holds(&reply) => {}
            Ok(reply) => problems.0.push(format!("{} answered {}", step.what, show(&reply))),
            Err(refusal) => problems.0.push(format!("{}: {}", step.what, one_line(&refusal))),
        }
    }
    Ok(problems)
}

impl Problems {
    /// Ok with `good`, or a failure that names the first problems.
    pub(crate) fn outcome(self, good: &str, mend: &str) -> Outcome {
        let Self(mut texts) = self;
        if texts.is_empty() {
            return Outcome::ok(good);
        }
        let mend = texts.iter().find_map(|text| mend_for(text)).unwrap_or(mend);
        let more = texts.len().saturating_sub(TOLD);
        texts.truncate(TOLD);
        if more > 0 {
            texts.push(format!("and {more} more"));
        }
        Outcome::fail(texts.join("; "), mend)
    }
}

impl Wanted {
    fn holds(&self, reply: &Reply) -> bool {
        match (self, reply) {
            (Self::Anything, _) => true,
            (Self::Reply(wanted), reply) => wanted == reply,
            (Self::Between(least, most), Reply::Int(n)) => least <= n && n <= most,
            (Self::Empty, reply) => reply.is_empty(),
            (Self::Count(count), Reply::Array(items)) => items.len() == *count,
            (Self::Texts(texts), Reply::Array(items)) => {
                items.len() >= texts.len() && items.iter().zip(*texts).all(|(item, wanted)| *item == text(wanted))
            }
            _ => false,
        }
    }
}

/// A reply in a few words.
fn show(reply: &Reply) -> String {
    match reply {
        Reply::Nil => "nothing".to_owned(),
        Reply::Int(n) => n.to_string(),
        Reply::Bytes(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            format!("`{}`", text.chars().take(60).collect::<String>())
        }
        Reply::Array(items) => {
            let shown: Vec<_> = items.iter().take(4).map(show).collect();
            format!("[{}{}]", shown.join(", "), if items.len() > 4 { ", …" } else { "" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verdict;

    #[test]
    fn a_reply_holds_or_not() {
        let array = Reply::Array(vec![text("stored"), text("2")]);
        for (wanted, reply, holds) in [
            (Wanted::Anything, Reply::Nil, true),
            (Wanted::Reply(Reply::Int(1)), Reply::Int(1), true),
            (Wanted::Reply(Reply::Int(1)), text("1"), false),
            (Wanted::Between(1, 600), Reply::Int(600), true),
            (Wanted::Between(1, 600), Reply::Int(-1), false),
            (Wanted::Empty, Reply::Array(Vec::new()), true),
            (Wanted::Empty, Reply::Int(0), false),
            (Wanted::Count(2), array.clone(), true),
            (Wanted::Count(3), array.clone(), false),
            (Wanted::Texts(&["stored"]), array.clone(), true),
            (Wanted::Texts(&["stored", "3"]), array.clone(), false),
            (Wanted::Texts(&["stored", "2", ""]), array, false),
        ] {
            assert_eq!(wanted.holds(&reply), holds, "{reply:?}");
        }
    }

    #[test]
    fn the_first_problems_are_told_and_the_others_counted() {
        let texts = ["A: x", "B: y", "C: z", "D: z"].map(str::to_owned).to_vec();
        let outcome = Problems(texts).outcome("good", "mend it");
        assert_eq!(outcome, Outcome::fail("A: x; B: y; and 2 more", "mend it"));
        let may_not = Problems(vec!["GET: NOPERM no".to_owned()]).outcome("good", "mend it");
        assert_eq!(may_not.mend.as_deref(), Some(crate::failure::PERMISSION));
        assert_eq!(Problems::default().outcome("good", "mend it").verdict, Verdict::Ok);
    }
}
