//! Requests and answers, form by form.

mod common;

use common::{Rest, TOKEN};
use http::{Method, StatusCode};
use serde_json::{Value, json};

on_both_stores!(
    every_form_of_a_command_runs,
    methods_outside_the_four_are_refused_with_nothing,
    head_answers_without_a_body,
    the_token_is_demanded_in_each_of_its_forms,
    base64_encodes_all_strings_but_a_lone_ok,
    binary_values_survive_in_base64_and_are_replaced_in_text,
    resp2_is_given_where_it_is_allowed,
    bad_requests_get_upstashs_words,
    commands_that_do_not_fit_rest_are_refused_everywhere,
    a_pipeline_answers_each_command_and_goes_on_after_a_failure,
    a_transaction_is_all_or_one_error,
    a_failure_inside_a_transaction_undoes_nothing,
    every_answer_carries_a_sync_token_that_changes,
    numbers_arrive_as_they_were_written,
    a_request_over_ten_megabytes_is_refused_and_one_below_is_not,
    the_service_answers_in_process,
);

async fn every_form_of_a_command_runs(rest: Rest) {
    let token = format!("_token={}", TOKEN.replace('+', "%2B"));
    assert_eq!(
        rest.send(Method::GET, &format!("/set/foo/bar/EX/100?{token}"), &[], "").await.json(),
        json!({"result": "OK"})
    );
    assert_eq!(rest.run(&["TTL", "foo"]).await, 100);
    assert_eq!(rest.post("/set/foo?EX=200", "a value / with ? signs").await.json(), json!({"result": "OK"}));
    assert_eq!(rest.run(&["TTL", "foo"]).await, 200);
    assert_eq!(rest.run(&["GET", "foo"]).await, "a value / with ? signs");
    assert_eq!(rest.post("/", r#"["SET","foo","bar","EX",100]"#).await.json(), json!({"result": "OK"}));
    assert_eq!(
        rest.send(Method::PUT, "/set/foo", &[("authorization", TOKEN)], "put").await.json(),
        json!({"result": "OK"})
    );
    assert_eq!(rest.run(&["get", "foo"]).await, "put");
    assert_eq!(rest.post("/publish/chat/hello%20all", "").await.json(), json!({"result": 0}));
    let answer = rest.post("/get/none", "").await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, Some("application/json")));
    assert_eq!(answer.json(), json!({"result": null}));
}

async fn methods_outside_the_four_are_refused_with_nothing(rest: Rest) {
    for method in [Method::DELETE, Method::PATCH, Method::TRACE] {
        let answer = rest.send(method, "/get/a", &[("authorization", TOKEN)], "").await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::METHOD_NOT_ALLOWED, 0));
    }
}

async fn head_answers_without_a_body(rest: Rest) {
    let answer = rest.send(Method::HEAD, "/set/a/1", &[("authorization", TOKEN)], "").await;
    assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, 0));
    assert_eq!(rest.run(&["GET", "a"]).await, "1");
}

async fn the_token_is_demanded_in_each_of_its_forms(rest: Rest) {
    let good = format!("Bearer {TOKEN}");
    let in_query = format!("/get/a?_token={}", TOKEN.replace('+', "%2B"));
    for (path, header, status) in [
        ("/get/a", good.as_str(), 200),
        ("/get/a", TOKEN, 200),
        ("/get/a", "bearer secret+token/1", 200),
        (in_query.as_str(), "", 200),
        (in_query.as_str(), "Bearer wrong", 200),
        ("/get/a", "", 401),
        ("/get/a", "Bearer wrong", 401),
        ("/get/a", "Bearer ", 401),
        ("/get/a", "Bearer secret+token/12", 401),
        ("/get/a", "Basic c2VjcmV0", 401),
        ("/get/a?_token=wrong", good.as_str(), 401),
        ("/pipeline", "Bearer wrong", 401),
        ("/subscribe/a", "Bearer wrong", 401),
    ] {
        let headers = if header.is_empty() { vec![] } else { vec![("authorization", header)] };
        let answer = rest.send(Method::POST, path, &headers, "").await;
        assert_eq!(answer.status, status, "{path} {header}");
        if status == 401 {
            let text = answer.json()["error"].as_str().unwrap().to_owned();
            assert!(
                text.starts_with("WRONGPASS invalid or missing auth token. See https://docs.upstash.com/"),
                "{text}"
            );
        }
    }
}

async fn base64_encodes_all_strings_but_a_lone_ok(rest: Rest) {
    let run = async |path: &str, body: &str| {
        rest.post_with(path, &[("upstash-encoding", "base64")], body.to_owned()).await.json()
    };
    assert_eq!(run("/", r#"["SET","foo","bar"]"#).await, json!({"result": "OK"}));
    assert_eq!(run("/", r#"["GET","foo"]"#).await, json!({"result": "YmFy"}));
    assert_eq!(run("/", r#"["PING"]"#).await, json!({"result": "UE9ORw=="}));
    assert_eq!(run("/", r#"["SET","ok","OK"]"#).await, json!({"result": "OK"}));
    assert_eq!(run("/", r#"["GET","ok"]"#).await, json!({"result": "T0s="}));
    assert_eq!(run("/", r#"["MGET","foo","none"]"#).await, json!({"result": ["YmFy", null]}));
    assert_eq!(
        run("/", r#"["EVAL","return {redis.status_reply('OK'), {1, 'x'}}",0]"#).await,
        json!({"result": ["T0s=", [1, "eA=="]]}),
        "inside an array an OK is encoded like any other string"
    );
    assert_eq!(
        run("/pipeline", r#"[["SET","foo","bar"],["GET","foo"],["LPUSH","foo","x"]]"#).await,
        json!([
            {"result": "OK"},
            {"result": "YmFy"},
            {"error": "WRONGTYPE Operation against a key holding the wrong kind of value"}
        ])
    );
}

async fn binary_values_survive_in_base64_and_are_replaced_in_text(rest: Rest) {
    assert_eq!(rest.post("/set/k", vec![0xff, 0x00, b'a']).await.json(), json!({"result": "OK"}));
    let base64 = rest.post_with("/get/k", &[("upstash-encoding", "base64")], "").await;
    assert_eq!(base64.json(), json!({"result": "/wBh"}));
    assert_eq!(rest.run(&["GET", "k"]).await, "\u{fffd}\0a");
    assert_eq!(rest.run(&["STRLEN", "k"]).await, 3);
}

async fn resp2_is_given_where_it_is_allowed(rest: Rest) {
    let resp2 = ("upstash-response-format", "resp2");
    let answer = rest.post_with("/", &[resp2], r#"["SET","k","v"]"#).await;
    assert_eq!(answer.header("content-type"), Some("application/octet-stream"));
    assert_eq!(answer.body, "+OK\r\n");
    let answer = rest.post_with("/pipeline", &[resp2], r#"[["GET","k"],["GET","none"],["LPUSH","k","x"]]"#).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body, "$1\r\nv\r\n$-1\r\n-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
    let answer = rest.post_with("/", &[resp2], r#"["LPUSH","k","x"]"#).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.starts_with(b"-WRONGTYPE"));

    for (path, headers) in [
        ("/multi-exec", vec![resp2]),
        ("/pipeline", vec![resp2, ("upstash-encoding", "base64")]),
        ("/pipeline", vec![("upstash-response-format", "resp3")]),
    ] {
        let answer = rest.post_with(path, &headers, r#"[["SET","refused","x"]]"#).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {headers:?}");
        assert!(answer.json()["error"].is_string());
    }
    assert_eq!(rest.run(&["EXISTS", "refused"]).await, 0);
    assert_eq!(
        rest.post_with("/get/k", &[("upstash-response-format", "json")], "").await.json(),
        json!({"result": "v"})
    );
}

async fn bad_requests_get_upstashs_words(rest: Rest) {
    for (path, body, expected) in [
        ("/", "", "EOF"),
        ("/", "{}", "expected JSON array"),
        ("/", "[]", "ERR empty command"),
        ("/", r#"["SET","a",null]"#, "ERR null args are not supported"),
        ("/", r#"["SET","a",["b"]]"#, r#"ERR unsupported arg type: "[": json.Delim"#),
        ("/", r#"["SET","a",{"b":1}]"#, r#"ERR unsupported arg type: "{": json.Delim"#),
        ("/", r#"["GET"]"#, "ERR wrong number of arguments for 'get' command"),
        (
            "/",
            r#"["FOO","a"]"#,
            "ERR Command is not available: 'FOO'. See https://upstash.com/docs/redis/overall/rediscompatibility for details",
        ),
        (
            "/",
            r#"["EVALSHA","ffffffffffffffffffffffffffffffffffffffff",0]"#,
            "NOSCRIPT No matching script. Please use EVAL.",
        ),
        ("/pipeline", "", "EOF"),
        ("/pipeline", "[]", "ERR empty pipeline request"),
        ("/pipeline", r#"["GET","a"]"#, "expected JSON array"),
        ("/pipeline", r#"[["SET","half","1"],["SET","a",null]]"#, "ERR null args are not supported"),
        ("/multi-exec", "{}", "expected JSON array"),
        ("/subscribe", "", "ERR wrong number of arguments for 'subscribe' command"),
        ("/psubscribe", "[]", "ERR wrong number of arguments for 'psubscribe' command"),
        (
            "/monitor",
            "",
            "ERR Command is not available: 'MONITOR'. See https://upstash.com/docs/redis/overall/rediscompatibility for details",
        ),
    ] {
        let answer = rest.post(path, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {body}");
        assert_eq!(answer.json(), json!({ "error": expected }), "{path} {body}");
    }
    assert!(rest.post("/", "[\"GET\",").await.json()["error"].as_str().unwrap().starts_with("ERR invalid JSON"));
    assert_eq!(rest.post("/", vec![b'[', b'"', 0xff, b'"', b']']).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(rest.run(&["EXISTS", "half"]).await, 0, "a batch that can't be read runs nothing");
}

async fn commands_that_do_not_fit_rest_are_refused_everywhere(rest: Rest) {
    let expected = "ERR Command \"SUBSCRIBE\" is not allowed in REST or it has a special context path";
    assert_eq!(rest.error(&["subscribe", "a"]).await, expected);
    let answer = rest.post("/pipeline", r#"[["SET","a",1],["Subscribe","a"],["GET","a"]]"#).await;
    assert_eq!(answer.json(), json!([{"result": "OK"}, {"error": expected}, {"result": "1"}]));
    let answer = rest.post("/multi-exec", r#"[["SET","a",2],["SUBSCRIBE","a"]]"#).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.json()["error"].as_str().unwrap().ends_with(expected));
    assert_eq!(rest.run(&["GET", "a"]).await, "1");
    for command in [
        vec!["WATCH", "a"],
        vec!["BLPOP", "a", "0"],
        vec!["XREAD", "BLOCK", "0", "STREAMS", "s", "$"],
        vec!["SHUTDOWN"],
    ] {
        rest.error(&command).await;
    }
    assert_eq!(rest.run(&["PING"]).await, "PONG");
    assert_eq!(rest.run(&["ECHO", "a"]).await, "a");
}

async fn a_pipeline_answers_each_command_and_goes_on_after_a_failure(rest: Rest) {
    let answer = rest.post("/pipeline", r#"[["SET","a",1],["INCR","a"],["LPOP","a"],["FOO"],["INCR","a"]]"#).await;
    assert_eq!(answer.status, StatusCode::OK);
    let items = answer.json();
    assert_eq!(items[1], json!({"result": 2}));
    assert!(items[2]["error"].as_str().unwrap().starts_with("WRONGTYPE"));
    assert!(items[3]["error"].as_str().unwrap().starts_with("ERR Command is not available: 'FOO'"));
    assert_eq!(items[4], json!({"result": 3}));
}

async fn a_transaction_is_all_or_one_error(rest: Rest) {
    let answer = rest.post("/multi-exec", r#"[["SET","a",1],["INCR","a"],["GET","a"]]"#).await;
    assert_eq!(answer.json(), json!([{"result": "OK"}, {"result": 2}, {"result": "2"}]));
    for (bad, reason) in [
        (r#"["INCR"]"#, "ERR wrong number of arguments for 'incr' command"),
        (r#"["FOO"]"#, "ERR Command is not available: 'FOO'"),
    ] {
        let answer = rest.post("/multi-exec", format!(r#"[["SET","a",9],{bad},["INCR","a"]]"#)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let text = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(text.starts_with("EXECABORT") && text.contains(reason), "{text}");
        assert_eq!(rest.run(&["GET", "a"]).await, "2", "nothing of it ran");
    }
}

async fn a_failure_inside_a_transaction_undoes_nothing(rest: Rest) {
    let answer = rest.post("/multi-exec", r#"[["SET","a","x"],["INCR","a"],["SET","b","y"]]"#).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()[1], json!({"error": "ERR value is not an integer or out of range"}));
    assert_eq!(rest.run(&["MGET", "a", "b"]).await, json!(["x", "y"]));
}

async fn every_answer_carries_a_sync_token_that_changes(rest: Rest) {
    let mut last = String::new();
    for (path, body) in
        [("/", r#"["SET","a",1]"#), ("/pipeline", r#"[["INCR","a"]]"#), ("/multi-exec", r#"[["INCR","a"]]"#)]
    {
        let answer = rest.post_with(path, &[("upstash-sync-token", &last)], body).await;
        let token = answer.header("upstash-sync-token").unwrap().to_owned();
        assert_ne!(token, last);
        last = token;
    }
}

async fn numbers_arrive_as_they_were_written(rest: Rest) {
    for number in ["9007199254740993", "1.10", "-0", "1e3", "true"] {
        rest.post("/", format!(r#"["SET","n",{number}]"#)).await;
        assert_eq!(rest.run(&["GET", "n"]).await, Value::from(number));
    }
    rest.post("/", r#"["SET","n",9007199254740993]"#).await;
    let answer = rest.post("/", r#"["INCR","n"]"#).await;
    assert_eq!(answer.body, r#"{"result":9007199254740994}"#);
}

async fn a_request_over_ten_megabytes_is_refused_and_one_below_is_not(rest: Rest) {
    let limit = 10 * 1024 * 1024;
    let answer = rest.post("/set/big", vec![b'x'; limit]).await;
    assert_eq!(answer.json(), json!({"result": "OK"}));
    assert_eq!(rest.run(&["STRLEN", "big"]).await, limit);
    for path in ["/set/big", "/pipeline"] {
        let answer = rest.post(path, vec![b'x'; limit + 1]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.json(), json!({"error": "ERR max request size exceeded"}));
    }
}

async fn the_service_answers_in_process(rest: Rest) {
    let service = rest.gateway.service();
    let call = async |path: &str, token: &str, body: &'static str| {
        let request = http::Request::post(rest.url(path)).header("authorization", format!("Bearer {token}"));
        service.call(request.body(body.into()).unwrap()).await
    };
    let response = call("/pipeline", TOKEN, r#"[["SET","a",1],["GET","a"]]"#).await;
    assert_eq!(response.body(), r#"[{"result":"OK"},{"result":"1"}]"#);
    assert_eq!(call("/", "wrong", r#"["GET","a"]"#).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(call("/subscribe/a", TOKEN, "").await.status(), StatusCode::BAD_REQUEST);
}
