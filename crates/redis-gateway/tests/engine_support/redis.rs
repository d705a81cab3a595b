//! A real redis-server of our own, and a client for it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use bytes::Bytes;
use redis_gateway::Reply;

use super::Runner;

/// The server and a connection to it. It ends with the value.
pub struct Redis {
    child: Child,
    _dir: tempfile::TempDir,
    socket: PathBuf,
    stream: BufReader<UnixStream>,
}

impl Redis {
    pub fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("redis.sock");
        let child = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"])
            .arg(&socket)
            .arg("--dir")
            .arg(dir.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server must be installed");
        let deadline = Instant::now() + Duration::from_secs(20);
        let stream = loop {
            match UnixStream::connect(&socket) {
                Ok(stream) => break stream,
                Err(error) => assert!(Instant::now() < deadline, "redis-server does not answer: {error}"),
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        Self { child, _dir: dir, socket, stream: BufReader::new(stream) }
    }

    /// Feeds a log to `redis-cli --pipe`; what it says.
    pub fn pipe(&self, log: &Path) -> String {
        let output = Command::new("redis-cli")
            .arg("-s")
            .arg(&self.socket)
            .arg("--pipe")
            .stdin(std::fs::File::open(log).unwrap())
            .output()
            .expect("redis-cli must be installed");
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    }

    fn send(&mut self, commands: &[Vec<Bytes>]) {
        let mut bytes = Vec::new();
        for command in commands {
            write!(bytes, "*{}\r\n", command.len()).unwrap();
            for argument in command {
                write!(bytes, "${}\r\n", argument.len()).unwrap();
                bytes.extend_from_slice(argument);
                bytes.extend_from_slice(b"\r\n");
            }
        }
        self.stream.get_mut().write_all(&bytes).unwrap();
    }

    fn receive(&mut self) -> Reply {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).unwrap();
        assert!(line.ends_with(b"\r\n"), "redis-server ended the connection");
        let text = String::from_utf8_lossy(&line[1..line.len() - 2]).into_owned();
        match line[0] {
            b'+' => Reply::Status(text),
            b'-' => Reply::Error(text),
            b':' => Reply::Integer(text.parse().unwrap()),
            b'$' | b'*' if text == "-1" => Reply::Nil,
            b'$' => {
                let mut bulk = vec![0; text.parse::<usize>().unwrap() + 2];
                self.stream.read_exact(&mut bulk).unwrap();
                bulk.truncate(bulk.len() - 2);
                Reply::Bulk(bulk.into())
            }
            b'*' => Reply::Array((0..text.parse().unwrap()).map(|_| self.receive()).collect()),
            other => panic!("not a reply: {other}"),
        }
    }
}

impl Runner for Redis {
    fn run(&mut self, commands: &[Vec<Bytes>]) -> Vec<Reply> {
        self.send(commands);
        commands.iter().map(|_| self.receive()).collect()
    }

    fn transaction(&mut self, commands: &[Vec<Bytes>]) -> Option<Vec<Reply>> {
        let mut all = vec![super::words("MULTI")];
        all.extend_from_slice(commands);
        all.push(super::words("EXEC"));
        match self.run(&all).pop() {
            Some(Reply::Array(replies)) => Some(replies),
            _ => None,
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
