use std::fs;

use tempfile::TempDir;

use super::*;

fn page() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("index.html", "<html>"),
        ("favicon.ico", "icon"),
        ("assets/app-1a2b.js", "script"),
        ("assets/app-1a2b.js.br", "brotli"),
        ("assets/app-1a2b.js.gz", "gzip"),
        ("frames/diagram.html", "<html>frame"),
    ] {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    root
}

fn get(root: &TempDir, uri: &str, headers: &[(&'static str, &str)]) -> Response {
    let mut request = Request::get(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(&request.body(()).unwrap(), root.path(), "http://localhost:3012", false)
}

#[test]
fn the_page_is_at_the_root_and_at_its_own_routes() {
    let root = page();
    for path in ["/", "/index.html", "/room/abc", "/saved", "/chat?room=abc", "/a//b"] {
        let response = get(&root, path, &[]);
        assert_eq!((response.status().as_u16(), response.body().as_ref()), (200, &b"<html>"[..]), "{path}");
        assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(response.headers()["cache-control"], "no-cache");
    }
}

#[test]
fn a_missing_file_is_not_the_page() {
    let root = page();
    for path in ["/assets/old-9.js", "/x.png", "/..%2fCargo.toml", "/.git/config", "/assets/"] {
        let expected = if path == "/assets/" { 200 } else { 404 };
        assert_eq!(get(&root, path, &[]).status(), expected, "{path}");
    }
}

#[test]
fn hashed_files_are_kept_for_ever_and_open_to_the_sandboxed_frame() {
    let response = get(&page(), "/assets/app-1a2b.js", &[]);
    assert_eq!(response.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    assert_eq!(response.headers()["content-type"], "text/javascript; charset=utf-8");
    assert_eq!(response.headers()["vary"], "Accept-Encoding");
    assert_eq!(response.body().as_ref(), b"script");
}

#[test]
fn a_compressed_sibling_is_sent_to_those_who_take_it() {
    let root = page();
    for (accept, encoding, body) in [("gzip, br", "br", "brotli"), ("gzip", "gzip", "gzip")] {
        let response = get(&root, "/assets/app-1a2b.js", &[("accept-encoding", accept)]);
        assert_eq!(
            (response.headers()["content-encoding"].to_str().unwrap(), response.body().as_ref()),
            (encoding, body.as_bytes())
        );
        assert_eq!(response.headers()["content-type"], "text/javascript; charset=utf-8");
    }
}

#[test]
fn an_unchanged_file_is_a_304() {
    let root = page();
    let first = get(&root, "/", &[]);
    let etag = first.headers()["etag"].to_str().unwrap();
    let again = get(&root, "/", &[("if-none-match", etag)]);
    assert_eq!((again.status().as_u16(), again.body().len()), (304, 0));
    assert_eq!(again.headers()["etag"], etag);
    let compressed = get(&root, "/assets/app-1a2b.js", &[("accept-encoding", "br")]);
    assert_ne!(compressed.headers()["etag"], get(&root, "/assets/app-1a2b.js", &[]).headers()["etag"]);
    fs::write(root.path().join("index.html"), "<html>new").unwrap();
    assert_eq!(get(&root, "/", &[("if-none-match", etag)]).status(), 200);
}

#[test]
fn the_page_is_told_where_the_hub_is() {
    let response = get(&page(), "/config.json", &[]);
    assert_eq!(response.body().as_ref(), br#"{"socketUrl":"http://localhost:3012"}"#);
    assert_eq!(response.headers()["cache-control"], "no-store");
}

#[test]
fn the_page_is_told_which_build_of_it_is_served() {
    let root = page();
    fs::write(root.path().join("build.txt"), "0123456789abcdef").unwrap();
    let response = get(&root, "/config.json", &[]);
    assert_eq!(response.body().as_ref(), br#"{"socketUrl":"http://localhost:3012","build":"0123456789abcdef"}"#);
}

#[test]
fn every_answer_is_fenced_in() {
    let root = page();
    for path in ["/", "/assets/app-1a2b.js", "/config.json", "/none.js", "/frames/diagram.html"] {
        let response = get(&root, path, &[]);
        for name in ["content-security-policy", "permissions-policy", "cross-origin-opener-policy"] {
            assert!(response.headers().contains_key(name), "{path} {name}");
        }
        assert_eq!(response.headers()["referrer-policy"], "no-referrer", "{path}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff", "{path}");
    }
    assert_eq!(get(&root, "/room/abc", &[]).headers()["x-robots-tag"], "noindex");
    assert!(!get(&root, "/", &[]).headers().contains_key("x-robots-tag"));
}

#[test]
fn the_page_is_only_read() {
    let root = page();
    let request = |method: &str| Request::builder().method(method).uri("/").body(()).unwrap();
    let head = answer(&request("HEAD"), root.path(), "/", false);
    assert_eq!((head.status().as_u16(), head.body().len()), (200, 0));
    let post = answer(&request("POST"), root.path(), "/", false);
    assert_eq!((post.status().as_u16(), post.headers()["allow"].to_str().unwrap()), (405, "GET, HEAD"));
}

#[test]
fn a_page_that_was_not_built_says_how_to_build_it() {
    let root = tempfile::tempdir().unwrap();
    let response = get(&root, "/", &[]);
    assert_eq!(response.status(), 503);
    assert!(String::from_utf8_lossy(response.body()).contains("cargo xtask build"));
}

#[test]
fn a_hub_address_that_makes_no_sense_is_a_503_that_names_it() {
    let root = page();
    let response = answer(&Request::get("/").body(()).unwrap(), root.path(), "localhost:3012", false);
    assert_eq!(response.status(), 503);
    assert!(String::from_utf8_lossy(response.body()).contains("hub_url"));
}
