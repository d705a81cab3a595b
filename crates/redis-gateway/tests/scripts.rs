//! Scripts, also those that are written for Upstash.

mod common;

use common::Rest;
use serde_json::json;

on_both_stores!(
    a_script_reads_its_keys_and_arguments,
    the_key_locking_flag_is_accepted_and_the_digest_is_that_of_what_was_sent,
    a_script_that_was_run_is_known_by_its_digest,
    an_unknown_digest_is_answered_with_noscript_everywhere,
    a_script_error_names_the_line_of_the_script_that_was_sent,
);

const FLAGGED: &str =
    "#!lua flags=allow-key-locking\nredis.call('SET', KEYS[1], ARGV[1])\nreturn redis.call('GET', KEYS[1])";
/// SHA-1 of `FLAGGED`, by sha1sum.
const DIGEST: &str = "f09a1a4c56c3e78d3d8a3b68b845015d128e1a5f";

async fn a_script_reads_its_keys_and_arguments(rest: Rest) {
    assert_eq!(rest.run(&["EVAL", "return {KEYS[1], ARGV[1], 3}", "1", "k", "a"]).await, json!(["k", "a", 3]));
}

async fn the_key_locking_flag_is_accepted_and_the_digest_is_that_of_what_was_sent(rest: Rest) {
    assert_eq!(rest.run(&["SCRIPT", "EXISTS", DIGEST]).await, json!([0]));
    assert_eq!(rest.run(&["SCRIPT", "LOAD", FLAGGED]).await, DIGEST);
    assert_eq!(rest.run(&["SCRIPT", "EXISTS", DIGEST, &"0".repeat(40)]).await, json!([1, 0]));
    assert_eq!(rest.run(&["EVALSHA", DIGEST, "1", "k", "v"]).await, "v");
    assert_eq!(rest.run(&["evalsha", &DIGEST.to_uppercase(), "1", "k", "w"]).await, "w");
    let load = json!([["SCRIPT", "LOAD", FLAGGED], ["EVALSHA", DIGEST, 1, "k", "x"]]);
    let answer = rest.post("/multi-exec", serde_json::to_vec(&load).unwrap()).await;
    assert_eq!(answer.json(), json!([{"result": DIGEST}, {"result": "x"}]));
}

async fn a_script_that_was_run_is_known_by_its_digest(rest: Rest) {
    assert_eq!(rest.run(&["EVAL", FLAGGED, "1", "k", "v"]).await, "v");
    assert_eq!(rest.run(&["EVALSHA", DIGEST, "1", "k", "w"]).await, "w");
    rest.run(&["SCRIPT", "FLUSH"]).await;
    assert_eq!(rest.error(&["EVALSHA", DIGEST, "1", "k", "w"]).await, "NOSCRIPT No matching script. Please use EVAL.");
}

async fn an_unknown_digest_is_answered_with_noscript_everywhere(rest: Rest) {
    let batch = json!([["EVALSHA", DIGEST, 1, "k", "v"], ["EVAL", FLAGGED, 1, "k", "v"]]);
    let body = serde_json::to_vec(&batch).unwrap();
    for path in ["/pipeline", "/multi-exec"] {
        rest.run(&["SCRIPT", "FLUSH"]).await;
        let answer = rest.post(path, body.clone()).await;
        let noscript = json!({"error": "NOSCRIPT No matching script. Please use EVAL."});
        assert_eq!(answer.json(), json!([noscript, {"result": "v"}]), "{path}");
    }
}

async fn a_script_error_names_the_line_of_the_script_that_was_sent(rest: Rest) {
    let error = rest.error(&["EVAL", "#!lua flags=allow-key-locking\nlocal a = 1\nreturn a.b.c", "0"]).await;
    assert!(error.contains(":3:"), "{error}");
}
