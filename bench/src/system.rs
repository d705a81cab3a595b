//! The system under measurement: `roomtalk up` from target/release, on free ports and a temporary folder.

use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

pub(crate) struct System {
    pub(crate) edge: String,
    pub(crate) store: String,
    pub(crate) token: String,
    child: Child,
    _data: TempDir,
}

impl System {
    pub(crate) async fn start() -> Result<Self> {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release/roomtalk");
        let data = tempfile::tempdir()?;
        let [edge, hub, redis] = [free_port()?, free_port()?, free_port()?];
        let token = "bench".to_owned();
        let mut child = Command::new(&program)
            .args(["up", "--edge-port", &edge.to_string(), "--hub-port", &hub.to_string()])
            .args(["--redis-port", &redis.to_string(), "--redis-token", &token, "--data-dir"])
            .arg(data.path())
            .env("RATE_LIMITS", "off")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("can't start {}", program.display()))?;
        let stdout = child.stdout.take().context("no output to read")?;
        let ready = BufReader::new(stdout).lines().next_line().await?;
        ensure!(ready.is_some_and(|line| line.starts_with("ready ")), "`roomtalk up` ended before it was ready");
        Ok(Self {
            edge: format!("http://127.0.0.1:{edge}"),
            store: format!("http://127.0.0.1:{redis}"),
            token,
            child,
            _data: data,
        })
    }

    /// A room with this many messages; gives its id.
    pub(crate) async fn room_with_messages(&self, count: usize) -> Result<String> {
        let client = reqwest::Client::new();
        let room: Value =
            post(&client, &format!("{}/api/clients/bench/rooms", self.edge), &json!({"name": "bench"})).await?;
        let id = room["id"].as_str().context("the new room has no id")?.to_owned();
        for n in 0..count {
            let body = json!({"clientId": "bench", "content": format!("message {n} of the *benchmark*")});
            post(&client, &format!("{}/api/rooms/{id}/messages", self.edge), &body).await?;
        }
        Ok(id)
    }

    pub(crate) async fn etag(&self, url: &str) -> Result<String> {
        let response = reqwest::get(url).await?.error_for_status()?;
        Ok(response.headers().get("etag").context("the page has no ETag")?.to_str()?.to_owned())
    }

    pub(crate) async fn stop(mut self) -> Result<()> {
        if let Some(pid) = self.child.id() {
            Command::new("kill").args(["-TERM", &pid.to_string()]).status().await?;
        }
        self.child.wait().await?;
        Ok(())
    }
}

/// The bare append that a message costs at least, to another stream than the room's.
pub(crate) fn append_command(room: &str) -> Value {
    let message = json!({"clientId": "bench", "content": "Hello, bench", "roomId": room}).to_string();
    json!(["XADD", "bench:log", "MAXLEN", "~", 10_000, "0-*", "k", "message", "id", "bench", "m", message])
}

async fn post(client: &reqwest::Client, url: &str, body: &Value) -> Result<Value> {
    let request = client.post(url).header("content-type", "application/json").body(body.to_string());
    let answer = request.send().await?.error_for_status()?.bytes().await?;
    Ok(serde_json::from_slice(&answer)?)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
