//! The program: its flags, what it prints, how it ends.

mod common;

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use testing::RedisServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_redis-gateway"));
    command.args(arguments).stdin(Stdio::null());
    for name in ["REDIS_TOKEN", "REDIS_URL", "DATA_DIR", "REDIS_FSYNC", "REDIS_GATEWAY_LISTEN", "REDIS_ALLOWED_HOSTS"] {
        command.env_remove(name);
    }
    command
}

/// Runs it to its end.
fn output(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// The program while it serves.
struct Program {
    child: Child,
    /// The line that it printed when it was ready.
    line: String,
    address: String,
}

impl Program {
    fn start(mut command: Command) -> Self {
        let mut child = command.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address =
            line.split("http://").nth(1).and_then(|rest| rest.split(',').next()).unwrap_or_default().to_owned();
        Self { child, line, address }
    }

    /// Sends a request and reads until the connection ends.
    async fn request(&self, path: &str, token: &str) -> String {
        let mut tcp = self.open(path, token).await;
        let mut answer = String::new();
        tcp.read_to_string(&mut answer).await.unwrap();
        answer
    }

    async fn open(&self, path: &str, token: &str) -> TcpStream {
        let mut tcp = TcpStream::connect(&self.address).await.unwrap();
        let head =
            format!("POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: {token}\r\n\r\n");
        tcp.write_all(head.as_bytes()).await.unwrap();
        tcp
    }

    /// The result of a command, or its error.
    async fn run(&self, path: &str, token: &str) -> Value {
        let answer = self.request(path, token).await;
        let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }

    /// SIGTERM; true when it ended in order.
    fn terminate(mut self) -> bool {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().success()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // An error says that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn it_makes_a_token_once_and_keeps_the_data_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let arguments = ["--data-dir", data.to_str().unwrap()];
    let program = Program::start(command(&arguments));
    assert!(program.line.contains("store: embedded, in"), "{}", program.line);
    let file = data.join("redis-token");
    let token = std::fs::read_to_string(&file).unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!program.line.contains(&token), "the token is not printed");
    assert_eq!(program.run("/set/a/kept", &token).await["result"], "OK");
    assert!(program.run("/get/a", "guess").await["error"].as_str().unwrap().starts_with("WRONGPASS"));

    let mut events = program.open("/subscribe/a", &token).await;
    let mut start = [0; 12];
    events.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200");
    assert!(program.terminate(), "it ends in order, open streams or not");
    let mut rest = String::new();
    events.read_to_string(&mut rest).await.unwrap();
    assert!(rest.contains("data: subscribe,a,1"), "{rest}");

    let program = Program::start(command(&arguments));
    assert_eq!(program.run("/get/a", &token).await["result"], "kept");
    assert!(program.terminate());
}

#[tokio::test]
async fn it_says_which_redis_server_it_runs_on_but_not_the_password() {
    let redis = RedisServer::start("").await;
    redis.must(&["CONFIG SET requirepass secret"]).await;
    let mut with_environment = command(&[]);
    with_environment.env("REDIS_URL", format!("redis://:secret@127.0.0.1:{}", redis.port())).env("REDIS_TOKEN", "t");
    let program = Program::start(with_environment);
    assert!(program.line.contains(&format!("store: redis://127.0.0.1:{}", redis.port())), "{}", program.line);
    assert!(!program.line.contains("secret"), "{}", program.line);
    assert_eq!(program.run("/ping", "t").await["result"], "PONG");
    assert!(program.terminate());
}

#[test]
fn it_refuses_to_listen_beyond_loopback_without_a_token_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let output = output(&["--listen", "0.0.0.0:0", "--data-dir", folder.path().to_str().unwrap()]);
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("--token"), "{text}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made on the way");
}

#[test]
fn it_says_what_is_wrong_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let missing = Path::new("/proc/none").to_str().unwrap();
    for (arguments, part) in [
        (vec!["--redis-url", "https://somewhere", "--token", "t"], "redis:// or rediss://"),
        (vec!["--redis-url", "redis://127.0.0.1:1", "--token", "t", "--listen", address.as_str()], address.as_str()),
        (vec!["--data-dir", missing, "--listen", "127.0.0.1:0"], "can't keep a secret in /proc/none/redis-token"),
        (vec!["--fsync", "sometimes"], "[possible values: always, everysec, no]"),
    ] {
        let output = output(&arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{arguments:?}");
        assert!(text.contains(part), "{arguments:?}: {text}");
    }
}
