//! Scripts that misbehave, and publish and subscribe.

mod engine_support;

use std::time::{Duration, Instant};

use bytes::Bytes;
use engine_support::{Embedded, Runner, command, in_memory, words};
use redis_gateway::{Backend, Push, Reply, Topic, engine::Fsync};

fn eval(engine: &mut Embedded, script: &str) -> Reply {
    engine.run(&[command(&["EVAL", script, "0"])]).remove(0)
}

fn error(reply: Reply) -> String {
    match reply {
        Reply::Error(text) => text,
        other => panic!("not an error: {other:?}"),
    }
}

#[test]
fn an_endless_script_is_stopped_and_what_it_wrote_stays_as_one_block() {
    let dir = tempfile::tempdir().unwrap();
    let mut engine = Embedded::open(dir.path(), Fsync::No);
    for endless in [
        "redis.call('INCR', 'a') redis.call('INCR', 'b') while true do end",
        "while true do pcall(function() while true do end end) end",
        "local f f = function() return pcall(f) or f() end while true do f() end",
        "coroutine.wrap(function() while true do end end)()",
        "for i = 1, 1e15 do redis.call('EXISTS', 'a') end",
    ] {
        let text = error(eval(&mut engine, endless));
        assert_eq!(text, "ERR Script ran longer than 5 s and was stopped", "{endless}");
        assert_eq!(engine.one("PING"), Reply::Status("PONG".to_owned()));
    }
    engine.close();
    let mut engine = Embedded::open(dir.path(), Fsync::No);
    assert_eq!(engine.one("MGET a b"), Reply::Array(vec![Reply::Bulk("1".into()), Reply::Bulk("1".into())]));
    engine.close();
}

#[test]
fn a_script_that_takes_too_much_memory_fails_and_the_next_one_runs() {
    let mut engine = Embedded::new(in_memory());
    for greedy in [
        "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e6) .. i end",
        "return ('x'):rep(1e9)",
        "local s = 'x' while true do s = s .. s end",
        "local ok = pcall(string.rep, 'x', 1e10) local t = {} while true do t[#t + 1] = ('y'):rep(1e6) .. #t end",
    ] {
        let text = error(eval(&mut engine, greedy));
        assert!(text.contains("memory"), "{greedy}: {text}");
        assert_eq!(eval(&mut engine, "return #('x'):rep(1000)"), Reply::Integer(1000));
    }
}

#[test]
fn scripts_reach_nothing_outside_and_leave_nothing_for_the_next_one() {
    let mut engine = Embedded::new(in_memory());
    for forbidden in ["os", "io", "debug", "require", "package", "dofile", "loadfile", "print", "module", "getfenv"] {
        let text = error(eval(&mut engine, &format!("return {forbidden}")));
        assert!(text.contains("attempted to access nonexistent global variable"), "{text}");
    }
    for change in [
        "leak = 1",
        "_G.leak = 1",
        "rawset(_G, 'leak', 1)",
        "string.upper = nil",
        "rawset(string, 'upper', nil)",
        "redis.call = nil",
        "getmetatable('').__index = {}",
        "setmetatable(_G, {})",
        "setfenv(0, {})",
        "local _, t = pairs(string) t.upper = nil",
        "for _, f in pairs({loadstring('leak = 1')}) do f() end",
        "return loadstring(string.dump(function() end))",
        "local f = loadstring('\\27Lua') f()",
    ] {
        error(eval(&mut engine, change));
    }
    assert_eq!(eval(&mut engine, "return ('ok'):upper() .. string.upper('x')"), Reply::Bulk("OKX".into()));
    assert!(error(eval(&mut engine, "return leak")).contains("leak"));
    assert_eq!(eval(&mut engine, "return loadstring('return 1 + 1')()"), Reply::Integer(2));
}

#[test]
fn values_nested_too_deep_are_refused_and_deep_ones_are_fine() {
    let mut engine = Embedded::new(in_memory());
    let nest = |depth: usize| format!("cjson.decode(('['):rep({depth}) .. (']'):rep({depth}))");
    assert_eq!(eval(&mut engine, &format!("return #cjson.encode({})", nest(1000))), Reply::Integer(2000));
    assert!(error(eval(&mut engine, &format!("return {}", nest(1001)))).contains("nested data structures"));
    assert!(error(eval(&mut engine, "local t = {} t[1] = t return cjson.encode(t)")).contains("excessive depth"));
    let mut reply = eval(&mut engine, "local t = {} t[1] = t return t");
    while let Reply::Array(mut items) = reply {
        reply = items.remove(0);
    }
    assert_eq!(reply, Reply::Error("ERR reached lua stack limit".to_owned()));
    let recursion = "local function f(n) return 1 + f(n) end return f(1)";
    assert!(error(eval(&mut engine, recursion)).contains("stack overflow"));
    assert_eq!(engine.one("PING"), Reply::Status("PONG".to_owned()));
}

#[test]
fn evalsha_finds_what_eval_and_load_left_and_says_noscript_otherwise() {
    let mut engine = Embedded::new(in_memory());
    let script = "#!lua flags=allow-key-locking\nreturn ARGV[1]";
    let Reply::Bulk(sha) = engine.run(&[command(&["SCRIPT", "LOAD", script])]).remove(0) else { panic!("a hash") };
    let sha = String::from_utf8(sha.to_vec()).unwrap();
    assert_eq!(engine.one(&format!("EVALSHA {sha} 0 hello")), Reply::Bulk("hello".into()));
    assert_eq!(engine.one(&format!("EVALSHA {} 0 hello", sha.to_ascii_uppercase())), Reply::Bulk("hello".into()));
    engine.one("SCRIPT FLUSH");
    let text = error(engine.one(&format!("EVALSHA {sha} 0 hello")));
    assert_eq!(text, "NOSCRIPT No matching script. Please use EVAL.");
    engine.run(&[command(&["EVAL", script, "0", "hello"])]);
    assert_eq!(engine.one(&format!("SCRIPT EXISTS {sha}")), Reply::Array(vec![Reply::Integer(1)]));
    // More scripts than are kept push the oldest out.
    for i in 0..5000 {
        assert_eq!(eval(&mut engine, &format!("return {i}")), Reply::Integer(i));
    }
    assert_eq!(engine.one(&format!("SCRIPT EXISTS {sha}")), Reply::Array(vec![Reply::Integer(0)]));
}

#[test]
fn a_command_that_is_not_there_is_refused_with_upstashs_text() {
    let mut engine = Embedded::new(in_memory());
    let text = error(engine.one("xreadgroup GROUP g c STREAMS x >"));
    let expected = "ERR Command is not available: 'XREADGROUP'. See https://upstash.com/docs/redis/overall/rediscompatibility for details";
    assert_eq!(text, expected);
}

#[test]
fn a_transaction_with_a_wrong_command_runs_nothing_and_one_that_fails_halfway_goes_on() {
    let mut engine = Embedded::new(in_memory());
    let discarded = engine.runtime.block_on(engine.engine.transaction(vec![words("SET a 1"), words("GET")]));
    let text = "EXECABORT Transaction discarded because of: ERR wrong number of arguments for 'get' command";
    assert_eq!(discarded, Err(text.to_owned()));
    assert_eq!(engine.one("EXISTS a"), Reply::Integer(0));
    let replies = engine.transaction(&[words("SET a x"), words("INCR a"), words("SET b 2")]).unwrap();
    assert!(matches!(replies[1], Reply::Error(_)));
    assert_eq!(engine.one("GET b"), Reply::Bulk("2".into()));
}

#[test]
fn subscribers_get_what_is_published_in_order_until_the_engine_closes() {
    let engine = Embedded::new(in_memory());
    let topics = vec![Topic::Channel("events".into()), Topic::Pattern("e*".into())];
    let published = "for i = 1, 3 do redis.call('PUBLISH', 'events', i) end return redis.call('PUBLISH', 'other', 'x')";
    engine.runtime.block_on(async {
        let mut listener = engine.engine.subscribe(topics).await.unwrap();
        let replies = engine.engine.pipeline(vec![words("PUBLISH events 0"), command(&["EVAL", published, "0"])]).await;
        assert_eq!(replies, [Reply::Integer(2), Reply::Integer(0)]);
        for i in 0..4 {
            let payload = Bytes::from(i.to_string());
            let push = |pattern| Push { pattern, channel: "events".into(), payload: payload.clone() };
            assert_eq!(listener.recv().await, Some(push(None)));
            assert_eq!(listener.recv().await, Some(push(Some("e*".into()))));
        }
        engine.engine.close().await.unwrap();
        assert_eq!(listener.recv().await, None);
        assert!(engine.engine.subscribe(vec![Topic::Channel("events".into())]).await.is_err());
        assert_eq!(
            engine.engine.pipeline(vec![words("PING")]).await,
            [Reply::Error("UNAVAILABLE the store has stopped".to_owned())]
        );
    });
}

#[test]
fn a_subscriber_that_is_dropped_no_longer_counts() {
    let mut engine = Embedded::new(in_memory());
    let listener = engine.runtime.block_on(engine.engine.subscribe(vec![Topic::Channel("c".into())])).unwrap();
    assert_eq!(engine.one("PUBLISH c x"), Reply::Integer(1));
    drop(listener);
    let deadline = Instant::now() + Duration::from_secs(10);
    while engine.one("PUBLISH c x") != Reply::Integer(0) {
        assert!(Instant::now() < deadline);
    }
}
