//! Whatever commands come, in whatever order: each is answered, a failing one changes nothing, and the log holds all that
//! was done, in units that a cut leaves whole.
#![no_main]

use fuzz::log::same;
use fuzz::place;
use fuzz::steps::{Step, is_script, steps};
use libfuzzer_sys::fuzz_target;
use redis_gateway::Reply;
use redis_gateway::engine::Dataset;

/// The time at the start, in Unix ms.
const START: i64 = 1_700_000_000_000;

fuzz_target!(|data: &[u8]| {
    let (mut now, mut live) = (START, Dataset::new(START));
    // The state after each unit, by the log's length there.
    let mut states = vec![(0, live.compacted())];
    for step in steps(data) {
        live.advance(now);
        let before = live.compacted();
        states.push((live.log().len(), before.clone()));
        match step {
            Step::Wait(ms) => {
                now += ms;
                live.advance(now);
            }
            Step::One(command) => {
                let reply = live.execute(&command);
                if !is_script(&command) {
                    well_formed(&reply);
                    if matches!(reply, Reply::Error(_)) {
                        assert!(same(&live.compacted(), &before), "{command:?} failed and changed something");
                    }
                } else if command[0].to_ascii_uppercase().ends_with(b"_RO") {
                    assert!(same(&live.compacted(), &before), "{command:?} may only read");
                }
            }
            Step::Together(commands) => match live.transaction(&commands) {
                Ok(replies) => assert_eq!(replies.len(), commands.len()),
                Err(text) => {
                    assert!(text.starts_with("EXECABORT "), "{text}");
                    assert_eq!(live.compacted(), before, "{commands:?} were discarded and changed something");
                }
            },
        }
        states.push((live.log().len(), live.compacted()));
    }

    // The log is replayed at another time, to the same.
    let log = live.log();
    let (again, whole) = Dataset::replay(log, 0).expect("the engine's own log");
    assert_eq!(whole, log.len() as u64);
    let compacted = live.compacted();
    assert!(same(&again.compacted(), &compacted), "replayed");

    let (again, _) = Dataset::replay(&compacted, 0).expect("the compacted log");
    assert!(same(&again.compacted(), &compacted), "compacted");

    let cut = place(data, log.len());
    match Dataset::replay(&log[..cut], 0) {
        Ok((part, whole)) => {
            let (length, state) = states.iter().rev().find(|(length, _)| *length <= cut).expect("the empty state");
            assert_eq!(whole, *length as u64, "cut at {cut}");
            assert!(same(&part.compacted(), state), "cut at {cut}");
        }
        // A torn value that holds commands itself is taken for damage.
        Err(damage) => assert!(log[..cut].windows(3).any(|part| part == b"\r\n*"), "cut at {cut}: {damage:?}"),
    }
});

fn well_formed(reply: &Reply) {
    let line = |text: &str| !text.is_empty() && !text.contains(['\r', '\n']);
    match reply {
        Reply::Error(text) => {
            // Texts quote what was sent.
            let kind = text.split(' ').next().unwrap_or_default();
            assert!(!kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_uppercase()), "{text}");
        }
        Reply::Status(text) => assert!(line(text), "{text}"),
        Reply::Array(items) => items.iter().for_each(well_formed),
        Reply::Nil | Reply::Integer(_) | Reply::Bulk(_) => {}
    }
}
