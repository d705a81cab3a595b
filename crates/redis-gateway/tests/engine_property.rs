//! The engine against a real redis-server: random command sequences, equal replies, equal key spaces.

mod engine_support;

use engine_support::{
    Embedded, Runner,
    compare::{dump, normal},
    generate::{Step, sequence},
    in_memory,
    redis::Redis,
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use redis_gateway::Reply;

/// Runs the steps on both sides; the first difference, told.
fn differ(engine: &mut Embedded, redis: &mut Redis, steps: &[Step]) -> Result<(), TestCaseError> {
    for runner in [engine as &mut dyn Runner, redis] {
        for line in ["FLUSHALL", "SCRIPT FLUSH"] {
            let replies = runner.run(&[engine_support::words(line)]);
            assert_eq!(replies, [Reply::Status("OK".to_owned())]);
        }
    }
    for step in steps {
        match step {
            Step::Command(command) => {
                let one = std::slice::from_ref(command);
                let (ours, theirs) = (engine.run(one).remove(0), redis.run(one).remove(0));
                let (ours, theirs) = (normal(command, ours), normal(command, theirs));
                prop_assert_eq!(ours, theirs, "engine (left) and Redis (right) answer {:?}", command);
            }
            Step::Transaction(commands) => {
                let normalize = |replies: Option<Vec<Reply>>| {
                    replies.map(|replies| {
                        commands.iter().zip(replies).map(|(command, reply)| normal(command, reply)).collect::<Vec<_>>()
                    })
                };
                let (ours, theirs) = (engine.transaction(commands), redis.transaction(commands));
                prop_assert_eq!(normalize(ours), normalize(theirs), "engine and Redis answer {:?}", commands);
            }
        }
    }
    prop_assert_eq!(dump(engine), dump(redis), "the key spaces of engine (left) and Redis (right)");
    Ok(())
}

#[test]
fn random_command_sequences_get_the_replies_and_leave_the_keys_that_redis_gives_and_leaves() {
    let (mut engine, mut redis) = (Embedded::new(in_memory()), Redis::start());
    let cases = std::env::var("ENGINE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2_500);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let shared = std::cell::RefCell::new((&mut engine, &mut redis));
    let outcome = TestRunner::new(config).run(&sequence(40), |steps| {
        let (engine, redis) = &mut *shared.borrow_mut();
        differ(engine, redis, &steps)
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

#[test]
fn what_once_differed_is_equal() {
    let (mut engine, mut redis) = (Embedded::new(in_memory()), Redis::start());
    let sequences: [&[&str]; 1] = [&["RPUSH l a b a", "LPOS l a RANK -9223372036854775808 COUNT 5"]];
    for sequence in sequences {
        let steps: Vec<Step> = sequence.iter().map(|line| Step::Command(engine_support::words(line))).collect();
        differ(&mut engine, &mut redis, &steps).unwrap();
    }
}
