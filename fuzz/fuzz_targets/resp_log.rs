//! Any bytes as a log: either what its whole units hold, and nothing of a torn tail, or an error that names a place in it.
//! What was read and written again is the same.
#![no_main]

use fuzz::log::same;
use fuzz::place;
use libfuzzer_sys::{Corpus, fuzz_target};
use redis_gateway::engine::Dataset;

/// What would take memory or time out of proportion: scripts, draws with repeats, strings that an offset makes long.
const LEFT_OUT: [&[u8]; 4] = [b"eval", b"rand", b"setrange", b"setbit"];

fuzz_target!(|data: &[u8]| -> Corpus {
    let lower = data.to_ascii_lowercase();
    if LEFT_OUT.iter().any(|name| lower.windows(name.len()).any(|part| part == *name)) {
        return Corpus::Reject;
    }
    match Dataset::replay(data, 0) {
        Err(damage) => {
            assert!(damage.offset <= data.len() as u64, "{damage:?}");
            assert!(!damage.reason.is_empty());
        }
        Ok((dataset, whole)) => {
            let log = dataset.compacted();
            holds(&data[..length(whole)], &log);

            let (again, all) = Dataset::replay(&log, 0).expect("a compacted log");
            assert_eq!(all, log.len() as u64);
            assert!(same(&again.compacted(), &log), "written again");

            let cut = place(data, data.len());
            match Dataset::replay(&data[..cut], 0) {
                Ok((part, whole)) => {
                    assert!(whole <= cut as u64);
                    holds(&data[..length(whole)], &part.compacted());
                }
                // A torn value that holds commands itself is taken for damage.
                Err(damage) => assert!(data[..cut].windows(3).any(|part| part == b"\r\n*"), "cut at {cut}: {damage:?}"),
            }
        }
    }
    Corpus::Keep
});

/// Demands that this log is whole and holds this state.
fn holds(log: &[u8], state: &[u8]) {
    let (dataset, whole) = Dataset::replay(log, 0).expect("the whole units of a log");
    assert_eq!(whole, log.len() as u64);
    assert_eq!(dataset.compacted(), state);
}

fn length(whole: u64) -> usize {
    usize::try_from(whole).expect("it is in memory")
}
