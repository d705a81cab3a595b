//! What is refused at start, by name; and what components are given.

use std::{fs, path::PathBuf, time::Instant};

use serde_json::Value;

use crate::support::{App, build_components, fixture, logged};

#[tokio::test]
async fn an_unknown_key_is_refused_by_name() {
    let refusal = App::single("allowed_outbound_host = []").refusal().await.to_string();
    assert!(refusal.contains("unknown field `allowed_outbound_host`"), "{refusal}");
}

#[tokio::test]
async fn required_variables_without_a_value_are_all_named() {
    let app =
        App::single("[variables]\nfirst_key = { required = true }\nsecond_key = { required = true, secret = true }");
    let refusal = app.refusal().await.to_string();
    assert!(refusal.contains("first_key, second_key"), "{refusal}");
    assert!(refusal.contains("SPIN_VARIABLE_SECOND_KEY"), "{refusal}");
}

#[tokio::test]
async fn a_component_that_is_missing_or_broken_is_refused_by_name() {
    let app = App::single("");
    let manifest = fs::read_to_string(&app.config.manifest).unwrap();
    let source = format!("source = \"{}\"", fixture().display());
    fs::write(&app.config.manifest, manifest.replace(&source, "source = \"gone.wasm\"")).unwrap();
    assert!(app.refusal().await.to_string().contains("gone.wasm"));
    fs::write(app.folder.path().join("gone.wasm"), "not WebAssembly").unwrap();
    assert!(app.refusal().await.to_string().starts_with("component `c`: it does not compile"));
}

/// A component in text that imports `import`, and exports nothing.
fn component_importing(import: &str) -> App {
    let app = App::single("");
    let source = fixture().display().to_string();
    let manifest = fs::read_to_string(&app.config.manifest).unwrap();
    let file = app.folder.path().join("c.wasm");
    fs::write(&file, component_binary(import)).unwrap();
    fs::write(&app.config.manifest, manifest.replace(&source, file.to_str().unwrap())).unwrap();
    app
}

/// The smallest component with one imported instance that has one function, `f: func()`.
fn component_binary(import: &str) -> Vec<u8> {
    let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
    // Type section: an instance type that holds a function type and exports the function `f`.
    let types = [&[1, 0x42, 2][..], &[1, 0x40, 0, 1, 0], &[4, 0, 1, b'f', 1, 0]].concat();
    bytes.extend([&[7, u8::try_from(types.len()).unwrap()][..], &types].concat());
    let name = [&[0, u8::try_from(import.len()).unwrap()][..], import.as_bytes()].concat();
    let imports = [&[1][..], &name, &[5, 0]].concat();
    bytes.extend([&[10, u8::try_from(imports.len()).unwrap()][..], &imports].concat());
    bytes
}

#[tokio::test]
async fn a_component_that_imports_what_is_not_provided_is_refused_with_the_import_s_name() {
    let refusal = component_importing("fermyon:spin/llm@2.0.0").refusal().await.to_string();
    assert!(refusal.starts_with("component `c`: it needs what this host does not provide"), "{refusal}");
    assert!(refusal.contains("fermyon:spin/llm@2.0.0"), "{refusal}");
}

#[tokio::test]
async fn an_address_in_use_is_said() {
    let app = App::single("");
    let running = app.start().await;
    let second = App::single("").with(|config| config.listen = running.address);
    let refusal = second.refusal().await.to_string();
    assert!(refusal.starts_with(&format!("cannot listen on {}", running.address)), "{refusal}");
}

#[tokio::test]
async fn components_get_their_variables_and_no_others() {
    let manifest = r#"
        [component.c.variables]
        greeting = "hello {{ name }}"
        [variables]
        name = { default = "nobody" }
        other = { default = "hidden" }
    "#;
    let app = App::single(manifest).with(|config| drop(config.variables.insert("name".into(), "Ada".into())));
    let running = app.start().await;
    assert_eq!(running.act("variable", "greeting").await.body, "hello Ada");
    assert_eq!(running.act("variable", "other").await.body, "Error::Undefined(\"other\")");
    assert_eq!(running.act("variable", "No Name").await.body, "Error::InvalidName(\"No Name\")");
}

#[tokio::test]
async fn components_read_their_files_and_cannot_write_or_leave_them() {
    let app = App::single("files = [{ source = \"page\", destination = \"/\" }]\nenvironment = { COLOR = \"red\" }");
    fs::create_dir(app.folder.path().join("page")).unwrap();
    fs::write(app.folder.path().join("page/index.html"), "<p>").unwrap();
    fs::write(app.folder.path().join("secret"), "s").unwrap();
    let running = app.start().await;
    assert_eq!(running.act("file", "/index.html").await.body, "<p>");
    assert_ne!(running.act("file", "/../secret").await.body, "s");
    assert_eq!(running.act("write", "/index.html").await.body, "false");
    assert_eq!(fs::read_to_string(app.folder.path().join("page/index.html")).unwrap(), "<p>");
    assert_eq!(running.act("environment", "COLOR").await.body, "red");
}

#[tokio::test]
async fn what_components_print_and_are_denied_and_how_they_fail_is_logged() {
    let app = App::new(
        "[[trigger.http]]\nroute = \"/...\"\ncomponent = \"talker\"\n[component.talker]\nsource = \"FIXTURE\"\n",
    );
    let running = app.start().await;
    running.act("print", "").await;
    running.act("fetch", "http://example.com/secret-path").await;
    running.act("trap", "").await;
    let events = logged(|fields| fields["component"] == "talker");
    let told = |level: &str, message: &str| {
        let told = |event: &Value| {
            event["level"] == level && event["fields"]["message"].as_str().unwrap().starts_with(message)
        };
        assert!(events.iter().any(told), "{level} {message}: {events:#?}");
    };
    told("INFO", "to stdout");
    told("WARN", "to stderr");
    told("WARN", "outbound request denied");
    told("WARN", "asked to trap");
    told("ERROR", "instance failed");
    assert!(events.iter().any(|event| event["fields"]["host"] == "http://example.com:80"), "{events:#?}");
    assert!(!format!("{events:?}").contains("secret-path"), "{events:#?}");
}

#[tokio::test]
async fn the_cache_gives_the_next_start_its_components() {
    let cache = tempfile::tempdir().unwrap();
    let app = App::single("").with(|config| config.cache_dir = Some(cache.path().into()));
    for attempt in ["cold", "warm"] {
        let began = Instant::now();
        let running = app.start().await;
        println!("{attempt} start: {:?}", began.elapsed());
        running.is_alive().await;
        running.edge.shutdown().await;
    }
    assert!(fs::read_dir(cache.path()).unwrap().next().is_some());
}

#[tokio::test]
async fn the_project_s_own_manifest_starts_and_its_components_answer() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let manifest = fs::read_to_string(root.join("spin.toml")).unwrap();
    let parsed: toml::Table = manifest.parse().unwrap();
    let components = parsed["component"].as_table().unwrap().keys().flat_map(|id| ["-p", id]);
    build_components(&root, components);
    // The page is built by another tool: a stand-in of one file will do.
    let mut app = App::single("");
    fs::write(&app.config.manifest, manifest).unwrap();
    std::os::unix::fs::symlink(root.join("target"), app.folder.path().join("target")).unwrap();
    fs::create_dir_all(app.folder.path().join("web/dist")).unwrap();
    fs::write(app.folder.path().join("web/dist/index.html"), "<!doctype html><title>stand-in</title>").unwrap();
    // Nothing listens on port 1, so the store is down.
    app.config.variables.insert("redis_url".into(), "http://127.0.0.1:1".into());
    app.config.variables.insert("redis_token".into(), "any".into());
    let running = app.start().await;
    let status = running.get("/api/status").await;
    assert_eq!(status.json()["redis"], "disconnected", "{status:?}");
    assert_eq!(running.send("/api/clients", &[], "{}").await.status, 201);
    let page = running.get("/").await;
    assert!(page.status == 200 && page.body.contains("stand-in"), "{page:?}");
    assert_eq!(running.get("/api/nothing").await.json()["code"], "not_found");
}
