//! What was acknowledged is there after a crash, whole; what can't be stored is refused.

mod engine_support;

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use engine_support::{Embedded, Runner, SCRIPT, command, words};
use redis_gateway::{
    Backend, Reply,
    engine::{Engine, EngineConfig, EngineError, Fsync},
};

const WRITERS: usize = 4;

/// The writing side of the crash tests: runs in a process of its own, tells each acknowledged step on stdout.
#[test]
#[ignore = "the other tests run it as a child process"]
fn child_that_writes_until_it_is_killed() {
    let Ok(dir) = std::env::var("ENGINE_TEST_DIR") else { return };
    let fsync = if std::env::var("ENGINE_TEST_FSYNC").unwrap() == "always" { Fsync::Always } else { Fsync::EverySec };
    let compacting = std::env::var("ENGINE_TEST_COMPACT").is_ok();
    let engine = Arc::new(Engine::open(EngineConfig { dir: Some(dir.into()), fsync }).unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let writers: Vec<_> = (0..WRITERS).map(|writer| tokio::spawn(write_steps(engine.clone(), writer))).collect();
        if compacting {
            tokio::spawn(async move {
                while engine.compact().await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            });
        }
        for writer in writers {
            writer.await.unwrap();
        }
    });
}

/// Appends to a stream, changes two keys in a transaction, five in a script; one acknowledgement each.
async fn write_steps(engine: Arc<Engine>, writer: usize) {
    loop {
        let append = words(&format!("XADD log:{writer} MAXLEN = 50 0-* writer {writer}"));
        let replies = engine.pipeline(vec![append]).await;
        let [Reply::Bulk(id)] = replies.as_slice() else { return println!("refused {replies:?}") };
        println!("log {writer} {}", String::from_utf8_lossy(&id[2..]));
        let pair = vec![words(&format!("INCR a:{writer}")), words(&format!("INCR b:{writer}"))];
        let replies = engine.transaction(pair).await.unwrap();
        let [Reply::Integer(n), Reply::Integer(_)] = replies.as_slice() else { return println!("refused {replies:?}") };
        println!("pair {writer} {n}");
        let (n, hash, set) = (format!("n:{writer}"), format!("h:{writer}"), format!("s:{writer}"));
        let replies = engine.pipeline(vec![command(&["EVAL", SCRIPT, "3", &n, &hash, &set])]).await;
        let [Reply::Integer(n)] = replies.as_slice() else { return println!("refused {replies:?}") };
        println!("script {writer} {n}");
    }
}

/// Lets a child write until `acknowledged` lines have come, kills it, and gathers the newest acknowledged step of each kind.
fn write_and_kill(dir: &Path, fsync: &str, compacting: bool, acknowledged: usize) -> BTreeMap<String, i64> {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--ignored", "--exact", "--nocapture", "child_that_writes_until_it_is_killed"]);
    child.env("ENGINE_TEST_DIR", dir).env("ENGINE_TEST_FSYNC", fsync).stdout(Stdio::piped());
    if compacting {
        child.env("ENGINE_TEST_COMPACT", "1");
    }
    let mut child = child.spawn().unwrap();
    let (mut newest, mut lines) = (BTreeMap::new(), 0);
    for line in BufReader::new(child.stdout.take().unwrap()).split(b'\n') {
        let line = String::from_utf8(line.unwrap()).unwrap();
        // A last line without its end, or the test harness's own lines, are no acknowledgements.
        let [kind, writer, n] = line.split(' ').collect::<Vec<_>>()[..] else { continue };
        let Ok(n) = n.parse() else { continue };
        newest.insert(format!("{kind} {writer}"), n);
        lines += 1;
        if lines == acknowledged {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(lines >= acknowledged, "the child ended early");
    newest
}

/// Every acknowledged step is there, and no step is there in part.
fn assert_whole(dir: &Path, newest: &BTreeMap<String, i64>) {
    let mut engine = Embedded::open(dir, Fsync::Always);
    let mut number = |line: &str| match engine.one(line) {
        Reply::Integer(n) => n,
        Reply::Bulk(text) => std::str::from_utf8(&text).unwrap().parse().unwrap(),
        Reply::Nil => 0,
        Reply::Array(items) => match items.get(7) {
            Some(Reply::Bulk(id)) => std::str::from_utf8(&id[2..]).unwrap().parse().unwrap(),
            _ => panic!("no last id: {items:?}"),
        },
        Reply::Error(text) if text == "ERR no such key" => 0,
        other => panic!("{line}: {other:?}"),
    };
    for writer in 0..WRITERS {
        let acknowledged = |kind: &str| newest.get(&format!("{kind} {writer}")).copied().unwrap_or(0);
        let last = number(&format!("XINFO STREAM log:{writer}"));
        assert!((acknowledged("log")..=acknowledged("log") + 1).contains(&last) || acknowledged("log") == 0);
        assert_eq!(number(&format!("XLEN log:{writer}")), last.min(50));
        let (a, b) = (number(&format!("GET a:{writer}")), number(&format!("GET b:{writer}")));
        assert_eq!(a, b, "a transaction is there whole or not at all");
        assert!(a >= acknowledged("pair"));
        let (n, field) = (number(&format!("GET n:{writer}")), number(&format!("HGET h:{writer} n")));
        assert_eq!(n, field, "a script is there whole or not at all");
        // Each run but the first takes one member away and adds two.
        assert_eq!(number(&format!("SCARD s:{writer}")), if n == 0 { 0 } else { n + 1 });
        assert!(n >= acknowledged("script"));
    }
    engine.close();
}

#[test]
fn what_was_acknowledged_under_always_survives_kill_9_at_any_moment() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..20 {
        let newest = write_and_kill(dir.path(), "always", false, 1 + round * 13);
        assert_whole(dir.path(), &newest);
    }
}

#[test]
fn what_was_acknowledged_under_everysec_survives_the_end_of_the_process() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..8 {
        let newest = write_and_kill(dir.path(), "everysec", false, 1 + round * 400);
        assert_whole(dir.path(), &newest);
    }
}

#[test]
fn nothing_is_lost_when_the_process_is_killed_while_it_compacts() {
    let dir = tempfile::tempdir().unwrap();
    let mut engine = Embedded::open(dir.path(), Fsync::No);
    let fill: Vec<_> = (0..30_000).map(|i| words(&format!("SET filler:{i} {i}"))).collect();
    engine.run(&fill);
    engine.close();
    for round in 0..12 {
        let newest = write_and_kill(dir.path(), "everysec", true, 50 + round * 170);
        assert_whole(dir.path(), &newest);
        let mut engine = Embedded::open(dir.path(), Fsync::No);
        assert_eq!(engine.one("GET filler:29999"), Reply::Bulk("29999".into()));
        engine.close();
    }
}

#[test]
fn two_engines_never_share_a_directory() {
    let dir = tempfile::tempdir().unwrap();
    let first = Embedded::open(dir.path(), Fsync::No);
    let config = EngineConfig { dir: Some(dir.path().to_owned()), fsync: Fsync::No };
    assert!(matches!(Engine::open(config), Err(EngineError::Locked { .. })));
    first.close();
    Embedded::open(dir.path(), Fsync::No).close();
}

#[test]
fn a_full_disk_refuses_writes_for_good_and_reads_go_on_with_what_was_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    // A limit on the size of files stands for a full disk: writes beyond it fail.
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" --ignored --exact --nocapture child_that_fills_the_disk";
    let output = Command::new("bash")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .env("ENGINE_TEST_DIR", dir.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let said = String::from_utf8(output.stdout).unwrap();
    let stored: i64 = said.lines().find_map(|line| line.strip_prefix("stored ")).unwrap().parse().unwrap();
    let mut engine = Embedded::open(dir.path(), Fsync::Always);
    assert_eq!(engine.one("LLEN list"), Reply::Integer(stored));
    assert_eq!(engine.one("RPUSH list again"), Reply::Integer(stored + 1));
    engine.close();
}

#[test]
#[ignore = "another test runs it as a child process"]
fn child_that_fills_the_disk() {
    let Ok(dir) = std::env::var("ENGINE_TEST_DIR") else { return };
    let mut engine = Embedded::open(Path::new(&dir), Fsync::Always);
    let mut listener = engine
        .runtime
        .block_on(engine.engine.subscribe(vec![redis_gateway::Topic::Channel(Bytes::from_static(b"events"))]))
        .unwrap();
    let append = "redis.call('RPUSH', 'list', ARGV[1]) redis.call('PUBLISH', 'events', ARGV[1]) return 'done'";
    let append = command(&["EVAL", append, "0", &"x".repeat(500)]);
    let mut stored = 0;
    let refusal = loop {
        let replies = engine.run(std::slice::from_ref(&append));
        match &replies[0] {
            Reply::Bulk(done) if done == "done" => stored += 1,
            Reply::Error(text) => break text.clone(),
            other => panic!("{other:?}"),
        }
    };
    assert!(refusal.starts_with("MISCONF Errors writing to the AOF file: "), "{refusal}");
    println!("stored {stored}");
    // Writes stay refused, reads show what was acknowledged, and nobody was told of the rest.
    assert!(matches!(engine.one("SET a 1"), Reply::Error(text) if text.starts_with("MISCONF")));
    assert_eq!(engine.one("LLEN list"), Reply::Integer(stored));
    assert_eq!(engine.one("EXISTS a"), Reply::Integer(0));
    let mut told = 0;
    while listener.try_recv().is_ok() {
        told += 1;
    }
    assert_eq!(told, stored);
    assert!(engine.runtime.block_on(engine.engine.close()).is_err());
}
