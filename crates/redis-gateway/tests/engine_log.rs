//! The log: it is Redis's own format, it survives cuts, it says where it is damaged, and it is compacted.

mod engine_support;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use engine_support::{
    Embedded, Runner, SCRIPT, command,
    compare::dump,
    generate::{Step, sequence},
    redis::Redis,
    words,
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use redis_gateway::{
    Reply,
    engine::{Engine, EngineConfig, EngineError, Fsync},
};

const LOG: &str = "appendonly.aof";

fn run_steps(engine: &mut Embedded, steps: &[Step]) {
    for step in steps {
        match step {
            Step::Command(command) => drop(engine.run(std::slice::from_ref(command))),
            Step::Transaction(commands) => drop(engine.transaction(commands)),
        }
    }
}

#[test]
fn config_get_tells_how_the_log_is_synced() {
    let dir = tempfile::tempdir().unwrap();
    for (fsync, name) in [(Fsync::Always, "always"), (Fsync::EverySec, "everysec"), (Fsync::No, "no")] {
        let mut engine = Embedded::open(dir.path(), fsync);
        let setting = ["appendfsync", name].map(|text| Reply::Bulk(text.into()));
        assert_eq!(engine.one("CONFIG GET appendfsync"), Reply::Array(setting.to_vec()));
        engine.close();
    }
}

/// Waits until the log was replaced by a compacted one.
fn compact(engine: &Embedded, dir: &Path) {
    use std::os::unix::fs::MetadataExt;
    let inode = || fs::metadata(dir.join(LOG)).unwrap().ino();
    let before = inode();
    engine.runtime.block_on(engine.engine.compact()).unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while inode() == before {
        assert!(Instant::now() < deadline, "the log is not compacted");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn the_log_and_its_compaction_load_into_redis_without_errors_and_give_the_same_keys() {
    let mut redis = Redis::start();
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let strategy = sequence(60);
    for _ in 0..60 {
        let steps = strategy.new_tree(&mut runner).unwrap().current();
        let dir = tempfile::tempdir().unwrap();
        let mut engine = Embedded::open(dir.path(), Fsync::No);
        run_steps(&mut engine, &steps);
        let expected = dump(&mut engine);
        engine.close();
        let mut engine = Embedded::open(dir.path(), Fsync::No);
        assert_eq!(dump(&mut engine), expected, "reopened after {steps:?}");
        let mut load = |what: &str| {
            redis.one("FLUSHALL");
            let said = redis.pipe(&dir.path().join(LOG));
            assert!(said.contains("errors: 0"), "{what}: {said} after {steps:?}");
            assert_eq!(dump(&mut redis), expected, "{what} of {steps:?}");
        };
        load("the log");
        compact(&engine, dir.path());
        assert_eq!(dump(&mut engine), expected, "compacted after {steps:?}");
        load("the compacted log");
        engine.close();
        let mut engine = Embedded::open(dir.path(), Fsync::No);
        assert_eq!(dump(&mut engine), expected, "reopened after compaction of {steps:?}");
        engine.close();
    }
}

#[test]
fn a_log_cut_at_any_byte_opens_with_whole_units_only() {
    let dir = tempfile::tempdir().unwrap();
    let mut engine = Embedded::open(dir.path(), Fsync::No);
    let log = dir.path().join(LOG);
    // The state after each unit, by the log's length there.
    let mut states = vec![(0, dump(&mut engine))];
    let mut unit = |engine: &mut Embedded, run: &dyn Fn(&mut Embedded)| {
        run(engine);
        states.push((fs::metadata(&log).unwrap().len(), dump(engine)));
    };
    unit(&mut engine, &|engine| drop(engine.one("SET first value")));
    unit(&mut engine, &|engine| drop(engine.one("XADD room:{a}:log MAXLEN = 1 0-* k message")));
    unit(&mut engine, &|engine| drop(engine.transaction(&[words("INCR a"), words("RPUSH l x y"), words("INCR b")])));
    unit(&mut engine, &|engine| drop(engine.run(&[command(&["EVAL", SCRIPT, "3", "n", "h", "s"])])));
    unit(&mut engine, &|engine| drop(engine.one("SET last value")));
    engine.close();
    let bytes = fs::read(&log).unwrap();
    for cut in 0..=bytes.len() {
        let copy = tempfile::tempdir().unwrap();
        fs::write(copy.path().join(LOG), &bytes[..cut]).unwrap();
        let mut engine = Embedded::open(copy.path(), Fsync::No);
        let (length, state) = states.iter().rev().find(|(length, _)| *length <= cut as u64).unwrap();
        assert_eq!(dump(&mut engine), *state, "cut at {cut}");
        // The tail is gone, so that what is written next follows a whole unit.
        engine.one("SET next 1");
        engine.close();
        let mut engine = Embedded::open(copy.path(), Fsync::No);
        assert_eq!(engine.one("GET next"), Reply::Bulk("1".into()), "cut at {cut}, whole up to {length}");
        engine.close();
    }
}

#[test]
fn a_tail_of_zeros_is_torn_and_damage_before_the_tail_is_an_error_that_names_its_place() {
    let whole = b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n*3\r\n$3\r\nSET\r\n$1\r\nb\r\n$1\r\n2\r\n";
    let open = |log: &[u8]| {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(LOG), log).unwrap();
        Engine::open(EngineConfig { dir: Some(dir.path().to_owned()), fsync: Fsync::No })
    };
    let zeros = [whole.as_slice(), &[0; 5000]].concat();
    let mut engine = Embedded::new(open(&zeros).unwrap());
    assert_eq!(engine.one("DBSIZE"), Reply::Integer(2));
    let damaged = |at: usize, byte: u8| {
        let mut log = whole.to_vec();
        log[at] = byte;
        match open(&log) {
            Err(EngineError::Corrupt { offset, .. }) => offset,
            other => panic!("byte {at} as {byte} opens: {other:?}"),
        }
    };
    assert_eq!(damaged(4, b'%'), 4);
    assert_eq!(damaged(26, b'x'), 26);
    // A length that swallows what follows it, a command that does not exist.
    assert_eq!(damaged(5, b'9'), 17);
    assert_eq!(damaged(9, b'X'), 0);
    // A length that reaches beyond the end is no torn tail when commands follow it.
    let reaching = String::from_utf8(whole.to_vec()).unwrap().replacen("$1\r\n1", "$99\r\n1", 1);
    assert!(matches!(open(reaching.as_bytes()), Err(EngineError::Corrupt { offset: 0, .. })));
    assert!(open(b"*1\r\n$4\r\nEXEC\r\n").is_err());
}

#[test]
fn keys_that_were_kept_or_prolonged_load_into_redis_also_after_their_first_time() {
    let (mut redis, dir) = (Redis::start(), tempfile::tempdir().unwrap());
    let mut engine = Embedded::open(dir.path(), Fsync::No);
    let replies = engine.run(&[
        words("HSET kept data bytes"),
        words("PEXPIRE kept 1500"),
        words("PERSIST kept"),
        words("SET prolonged v PX 1500"),
        words("EXPIRE prolonged 1000"),
        words("SET stays v PX 1500"),
        words("GETEX stays PERSIST"),
        words("XADD counted 0-* f v"),
        words("PEXPIRE counted 1500"),
        words("XADD counted 0-* f v"),
        words("INCR gone"),
        words("PEXPIRE gone 1500"),
        words("INCR gone"),
        words("RPUSH list a"),
        words("PEXPIRE list 1500"),
        words("LSET list 0 b"),
        words("SET last v PX 1501"),
    ]);
    assert!(replies.iter().all(|reply| !matches!(reply, Reply::Error(_))), "{replies:?}");
    let deadline = Instant::now() + Duration::from_secs(20);
    while engine.one("EXISTS last counted gone list") != Reply::Integer(0) {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(5));
    }
    let expected = dump(&mut engine);
    assert_eq!(expected.len(), 3);
    engine.close();
    let said = redis.pipe(&dir.path().join(LOG));
    assert!(said.contains("errors: 0"), "{said}");
    assert_eq!(dump(&mut redis), expected);
}

#[test]
fn an_engine_that_closes_while_it_compacts_keeps_everything_and_leaves_the_directory_alone() {
    let dir = tempfile::tempdir().unwrap();
    let mut engine = Embedded::open(dir.path(), Fsync::No);
    let fill: Vec<_> = (0..20_000).map(|i| words(&format!("SET filler:{i} {i}"))).collect();
    engine.run(&fill);
    for round in 0..5 {
        engine.runtime.block_on(engine.engine.compact()).unwrap();
        engine.one(&format!("SET round {round}"));
        engine.close();
        engine = Embedded::open(dir.path(), Fsync::No);
        assert_eq!(engine.one("GET round"), Reply::Bulk(round.to_string().into()));
        assert_eq!(engine.one("DBSIZE"), Reply::Integer(20_001));
        assert!(!dir.path().join("appendonly.aof.new").exists());
    }
    engine.close();
}

#[test]
fn the_log_is_compacted_by_itself_when_most_of_it_is_outdated() {
    let dir = tempfile::tempdir().unwrap();
    let mut engine = Embedded::open(dir.path(), Fsync::No);
    let value = "v".repeat(1 << 20);
    let writes: Vec<_> = (0..40).map(|i| command(&["SET", &format!("k{}", i % 2), &value])).collect();
    engine.run(&writes);
    engine.one("SET after 1");
    let deadline = Instant::now() + Duration::from_mins(1);
    while fs::metadata(dir.path().join(LOG)).unwrap().len() > 3 << 20 {
        assert!(Instant::now() < deadline, "the log is not compacted");
        engine.one("INCR after");
    }
    let expected = dump(&mut engine);
    engine.close();
    let mut engine = Embedded::open(dir.path(), Fsync::No);
    assert_eq!(dump(&mut engine), expected);
    engine.close();
}

#[test]
fn a_log_with_any_byte_changed_opens_or_is_refused_with_a_place_inside_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut engine = Embedded::open(dir.path(), Fsync::No);
    engine.run(&[words("XADD x 0-* f v"), words("SPOP none"), words("ZADD z 1 a"), words("SET s v EX 1000")]);
    engine.transaction(&[words("INCR a"), words("RPUSH l x y")]).unwrap();
    engine.close();
    let bytes = fs::read(dir.path().join(LOG)).unwrap();
    for at in 0..bytes.len() {
        for byte in [b'0', b'9', b'*', b'$', b'\n', b'x', 0] {
            let copy = tempfile::tempdir().unwrap();
            let mut damaged = bytes.clone();
            damaged[at] = byte;
            fs::write(copy.path().join(LOG), &damaged).unwrap();
            match Engine::open(EngineConfig { dir: Some(copy.path().to_owned()), fsync: Fsync::No }) {
                Ok(engine) => drop(engine),
                Err(EngineError::Corrupt { offset, .. }) => assert!(offset <= bytes.len() as u64),
                // The digit of the format, in the first command.
                Err(EngineError::Newer { .. }) => assert!(bytes[at] == b'1' && at < 40),
                Err(other) => panic!("byte {at} as {byte}: {other}"),
            }
        }
    }
}

#[test]
fn a_log_tells_its_format_and_one_of_a_newer_version_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(LOG);
    let open = || Engine::open(EngineConfig { dir: Some(dir.path().to_owned()), fsync: Fsync::No });
    let begins = || {
        String::from_utf8(fs::read(&path).unwrap())
            .unwrap()
            .starts_with("*2\r\n$4\r\nPING\r\n$14\r\nroomtalk-log:1\r\n")
    };

    // A log of before has no format, and gets it when it is compacted.
    fs::write(&path, "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n").unwrap();
    let mut engine = Embedded::new(open().unwrap());
    assert_eq!(engine.one("GET a"), Reply::Bulk("1".into()));
    assert!(!begins());
    compact(&engine, dir.path());
    engine.one("SET b 2");
    engine.close();
    assert!(begins());
    let mut engine = Embedded::new(open().unwrap());
    assert_eq!(engine.one("GET b"), Reply::Bulk("2".into()));
    engine.close();

    // What follows is damage to this version.
    let newer = b"*2\r\n$4\r\nPING\r\n$14\r\nroomtalk-log:2\r\n*1\r\n$6\r\nFUTURE\r\n%%%";
    fs::write(&path, newer).unwrap();
    let Err(error) = open() else { panic!("it opens") };
    assert!(matches!(&error, EngineError::Newer { format, known: 1, .. } if format == "2"), "{error:?}");
    assert!(
        error.to_string().contains("written by a newer RoomTalk (log format 2, this version knows up to 1)"),
        "{error}"
    );
    assert_eq!(fs::read(&path).unwrap(), newer);
}

#[test]
fn keys_that_expired_are_gone_from_the_log_and_their_streams_clock_starts_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut engine = Embedded::open(dir.path(), Fsync::No);
    engine.run(&[words("SET a 1 PX 1"), words("XADD x 0-* f v"), words("PEXPIRE x 1"), words("SET kept 1 EX 1000")]);
    let deadline = Instant::now() + Duration::from_secs(20);
    while engine.one("DBSIZE") != Reply::Integer(1) {
        assert!(Instant::now() < deadline, "nothing expires by itself");
        std::thread::sleep(Duration::from_millis(2));
    }
    assert_eq!(engine.one("XADD x 0-* f v"), Reply::Bulk("0-1".into()));
    engine.close();
    let log = String::from_utf8(fs::read(dir.path().join(LOG)).unwrap()).unwrap();
    assert_eq!(log.matches("DEL\r\n").count(), 2);
    assert_eq!(log.matches("PEXPIREAT\r\n").count(), 1);
}

#[test]
fn a_stream_keeps_its_clock_through_trims_deletions_compaction_and_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let mut engine = Embedded::open(dir.path(), Fsync::No);
    for _ in 0..5 {
        engine.run(&[words("XADD trimmed 0-* f v"), words("XADD deleted 0-* f v")]);
    }
    engine.run(&[words("XTRIM trimmed MAXLEN 0"), words("XDEL deleted 0-5 0-4")]);
    let expected = dump(&mut engine);
    compact(&engine, dir.path());
    engine.close();
    let mut engine = Embedded::open(dir.path(), Fsync::No);
    assert_eq!(dump(&mut engine), expected);
    assert_eq!(engine.one("XADD trimmed 0-* f v"), Reply::Bulk("0-6".into()));
    assert_eq!(engine.one("XADD deleted 0-* f v"), Reply::Bulk("0-6".into()));
    engine.close();
}
