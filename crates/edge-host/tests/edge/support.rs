//! Starts edges over the fixture component, and talks to them.

use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, LazyLock, Mutex},
};

use bytes::Bytes;
use edge_host::{Config, Edge, Error};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use tempfile::TempDir;

/// Compiled components, shared by all edges of this run.
static CACHE: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());

/// Builds components of the workspace at `folder` into the project's target folder, which it gives.
pub(crate) fn build_components<'a>(folder: &Path, packages: impl IntoIterator<Item = &'a str>) -> PathBuf {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target").canonicalize().unwrap();
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--locked", "--target", "wasm32-wasip2", "--profile", "component", "--target-dir"])
        .arg(&target)
        .args(packages)
        .current_dir(folder)
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUSTFLAGS")
        .status()
        .unwrap();
    assert!(status.success(), "the components in {} build", folder.display());
    target
}

/// The fixture component, built at its first use.
pub(crate) fn fixture() -> &'static Path {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture");
        build_components(&folder, []).join("wasm32-wasip2/component/edge_fixture.wasm")
    });
    &BUILT
}

/// All that the edges of this run have logged, as JSON lines.
static LOG: LazyLock<Arc<Mutex<Vec<u8>>>> = LazyLock::new(|| {
    let log = Arc::new(Mutex::new(Vec::new()));
    let writer = log.clone();
    tracing_subscriber::fmt().json().with_writer(move || Writer(writer.clone())).init();
    log
});

struct Writer(Arc<Mutex<Vec<u8>>>);

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The logged events whose fields are as asked.
pub(crate) fn logged(wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
    let log = String::from_utf8(LOG.lock().unwrap().clone()).unwrap();
    let events = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    events.filter(|event| wanted(&event["fields"])).collect()
}

/// An application in a folder of its own.
pub(crate) struct App {
    pub(crate) folder: TempDir,
    pub(crate) config: Config,
}

impl App {
    /// `body` is the manifest below its heading; `FIXTURE` in it stands for the path of the component.
    pub(crate) fn new(body: &str) -> Self {
        LazyLock::force(&LOG);
        let folder = tempfile::tempdir().unwrap();
        let manifest = format!("spin_manifest_version = 2\n[application]\nname = \"test\"\n{body}");
        let file = folder.path().join("spin.toml");
        fs::write(&file, manifest.replace("FIXTURE", fixture().to_str().unwrap())).unwrap();
        let mut config = Config::new(file, ([127, 0, 0, 1], 0).into());
        config.cache_dir = Some(CACHE.path().into());
        Self { folder, config }
    }

    /// One component, `c`, that answers all paths; `more` is the rest of its entry.
    pub(crate) fn single(more: &str) -> Self {
        let entry = "[[trigger.http]]\nroute = \"/...\"\ncomponent = \"c\"\n[component.c]\nsource = \"FIXTURE\"\n";
        Self::new(&format!("{entry}{more}"))
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    pub(crate) async fn start(&self) -> Running {
        let edge = Edge::start(self.config.clone()).await.unwrap();
        let client = Client::builder(TokioExecutor::new()).build_http();
        Running { address: edge.local_addr(), edge, client }
    }

    pub(crate) async fn refusal(&self) -> Error {
        Edge::start(self.config.clone()).await.err().expect("the application is refused")
    }
}

/// A running edge with a client that keeps connections.
pub(crate) struct Running {
    pub(crate) edge: Edge,
    pub(crate) address: SocketAddr,
    pub(crate) client: Client<HttpConnector, Full<Bytes>>,
}

/// An answer with its whole body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The values of a header that the component says it was sent.
    pub(crate) fn sent(&self, name: &str) -> Vec<String> {
        let report = self.json();
        let headers = report["headers"].as_array().unwrap();
        let named = headers.iter().filter(|pair| pair[0] == name);
        named.map(|pair| pair[1].as_str().unwrap().to_string()).collect()
    }

    pub(crate) async fn of(response: Response<hyper::body::Incoming>) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Self { status: parts.status, body }
    }
}

impl Running {
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) async fn send(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Answer {
        let body = body.into();
        let method = if body.is_empty() { "GET" } else { "POST" };
        let mut request = Request::builder().method(method).uri(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(self.client.request(request.body(Full::new(body)).unwrap()).await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(path, &[], "").await
    }

    /// Has the fixture do something at `/`.
    pub(crate) async fn act(&self, what: &str, with: &str) -> Answer {
        self.send("/", &[("x-do", what), ("x-with", with)], "").await
    }

    /// Holds that the edge answers.
    pub(crate) async fn is_alive(&self) {
        assert_eq!(self.get("/").await.status, StatusCode::OK);
    }
}
