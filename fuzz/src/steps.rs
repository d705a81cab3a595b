//! Commands as text: one a line, its words parted by spaces. What stands between double quotes is one word, whatever is in
//! it; `MULTI` and `EXEC` stand around a transaction; `@1500` lets 1500 ms pass.

use bytes::Bytes;
use redis_gateway::Command;

/// Lines beyond these are not read.
const LINES: usize = 64;

/// What happens next.
#[derive(Debug)]
pub enum Step {
    /// So many ms pass.
    Wait(i64),
    /// A command.
    One(Command),
    /// Commands as one.
    Together(Vec<Command>),
}

/// Reads the steps. Commands that would only eat memory or time are left out: the targets look for wrong answers.
#[must_use]
pub fn steps(text: &[u8]) -> Vec<Step> {
    let (mut steps, mut block) = (Vec::new(), None);
    for command in lines(text) {
        match (command[0].as_ref(), &mut block) {
            ([b'@', digits @ ..], None) => {
                let ms = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u32>().ok());
                steps.extend(ms.map(|ms| Step::Wait(ms.into())));
            }
            (b"MULTI", None) => block = Some(Vec::new()),
            (b"EXEC", Some(commands)) => {
                steps.push(Step::Together(std::mem::take(commands)));
                block = None;
            }
            _ if is_costly(&command) => {}
            (_, Some(commands)) => commands.push(command),
            (_, None) => steps.push(Step::One(command)),
        }
    }
    steps
}

fn lines(text: &[u8]) -> Vec<Command> {
    let (mut lines, mut command, mut word) = (Vec::new(), Vec::new(), None);
    let mut quoted = false;
    for byte in text {
        match byte {
            b'"' => {
                quoted = !quoted;
                word.get_or_insert_with(Vec::new);
            }
            b' ' | b'\n' if !quoted => {
                command.extend(word.take().map(Bytes::from));
                if *byte == b'\n' && !command.is_empty() {
                    lines.push(std::mem::take(&mut command));
                }
            }
            byte => word.get_or_insert_with(Vec::new).push(*byte),
        }
    }
    command.extend(word.map(Bytes::from));
    lines.extend((!command.is_empty()).then_some(command));
    lines.truncate(LINES);
    lines
}

/// Whether a command may take memory or time out of proportion: strings made long by an offset, draws with repeats, scripts
/// that could loop. Each has a limit of its own in the engine, but not one that lets thousands a second run.
fn is_costly(command: &Command) -> bool {
    let name = command[0].to_ascii_uppercase();
    let number = |at: usize| command.get(at).and_then(|word| std::str::from_utf8(word).ok()?.parse::<i64>().ok());
    match name.as_slice() {
        b"SETRANGE" | b"SETBIT" => number(2).is_some_and(|offset| offset > 1 << 20),
        b"SRANDMEMBER" | b"HRANDFIELD" | b"ZRANDMEMBER" => number(2).is_some_and(|count| count < -1000),
        b"SCRIPT" => command.iter().skip(2).any(may_cost),
        name => name.starts_with(b"EVAL") && command.iter().skip(1).any(may_cost),
    }
}

/// Whether a word of a script's call could make it loop, or call one of the commands above.
fn may_cost(word: &Bytes) -> bool {
    const PIECES: [&[u8]; 13] = [
        b"while",
        b"repeat",
        b":rep",
        b".rep",
        b"for ",
        b"for\n",
        b"for\t",
        b"function",
        b"load",
        b"setrange",
        b"setbit",
        b"randmember",
        b"randfield",
    ];
    let word = word.to_ascii_lowercase();
    PIECES.iter().any(|piece| word.windows(piece.len()).any(|part| part == *piece))
}

/// Whether a command runs a script, which may have done something before it failed, and may answer anything.
#[must_use]
pub fn is_script(command: &Command) -> bool {
    command[0].get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"eval"))
}
