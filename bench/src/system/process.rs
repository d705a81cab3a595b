//! One program of a system, as a process of its own.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::sleep;

/// A running program. It is ended, by its process id, when this is dropped.
pub(crate) struct Process {
    /// What it is in its system: `hub`, `gateway`, …
    pub(crate) role: &'static str,
    pub(crate) pid: u32,
    /// When it was started.
    pub(crate) started: Instant,
    child: Child,
    log: PathBuf,
    stopped: bool,
    /// Its working folder, where all that it writes goes.
    _folder: TempDir,
}

impl Process {
    /// Starts a program in an empty folder of its own; `arguments` gets that folder.
    pub(crate) fn start<A: AsRef<OsStr>>(
        role: &'static str,
        program: &Path,
        arguments: impl FnOnce(&Path) -> Vec<A>,
        variables: &[(&str, &str)],
    ) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("bench-").tempdir()?;
        let log = folder.path().join("log");
        let output = File::create(&log)?;
        let started = Instant::now();
        let child = Command::new(program)
            .args(arguments(folder.path()))
            .envs(variables.iter().copied())
            .env("RUST_LOG", "warn")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("can't start {}", program.display()))?;
        let pid = child.id().context("the program ended at once")?;
        Ok(Self { role, pid, started, child, log, stopped: false, _folder: folder })
    }

    /// Waits until `ready` says so; fails at once, with what was printed, when the program ends before.
    pub(crate) async fn ready<F: Future<Output = bool>>(&mut self, mut ready: impl FnMut() -> F) -> Result<()> {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let ready = ready().await;
            // In this order: what answers may be somebody else, whose port this one wanted.
            let ended = self.child.try_wait()?;
            if ended.is_some() || Instant::now() > deadline {
                bail!("{} did not become ready ({ended:?}):\n{}", self.role, self.printed());
            }
            if ready {
                return Ok(());
            }
            sleep(Duration::from_millis(2)).await;
        }
    }

    /// All that it printed so far.
    pub(crate) fn printed(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// SIGTERM, and SIGKILL when it is still there after five seconds.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.stopped = true;
        if let Some(pid) = rustix::process::Pid::from_raw(i32::try_from(self.pid)?) {
            // An error means that it has ended by itself.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        if tokio::time::timeout(Duration::from_secs(5), self.child.wait()).await.is_err() {
            self.child.kill().await?;
        }
        Ok(())
    }
}

impl Drop for Process {
    /// Dropped without [`Process::stop`], something has failed: what it printed may say why.
    fn drop(&mut self) {
        let printed = self.printed();
        if !self.stopped && self.role != "redis" && !printed.is_empty() {
            eprintln!("    {} had printed:\n{printed}", self.role);
        }
    }
}

/// Path of a program that was built for release.
pub(crate) fn built(name: &str) -> PathBuf {
    root().join("target/release").join(name)
}

/// The project's root.
pub(crate) fn root() -> PathBuf {
    let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
    bench.parent().unwrap_or(bench).to_owned()
}
