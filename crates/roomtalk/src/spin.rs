//! The edge on the `spin` command.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// `spin up` as a child process.
pub(crate) struct Spin {
    child: Child,
}

impl Spin {
    /// Starts `spin up` and waits until it accepts connections. Variables go by the environment, where no other user of
    /// the machine sees them.
    pub(crate) async fn start(
        manifest: &Path,
        listen: SocketAddr,
        variables: &BTreeMap<String, String>,
    ) -> Result<Self> {
        let environment =
            variables.iter().map(|(name, value)| (format!("SPIN_VARIABLE_{}", name.to_uppercase()), value));
        let mut child = Command::new("spin")
            .args(["up", "--quiet", "--from"])
            .arg(manifest)
            .args(["--listen", &listen.to_string()])
            .envs(environment)
            .kill_on_drop(true)
            .spawn()
            .context("can't start `spin`; install Spin 4.1 or newer (https://spinframework.dev/install), or leave out --runtime spin")?;
        loop {
            if let Some(status) = child.try_wait()? {
                bail!("`spin up` ended before it was ready ({status})");
            }
            if TcpStream::connect(listen).await.is_ok() {
                return Ok(Self { child });
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the process ends by itself, which it should not.
    pub(crate) async fn ended(&mut self) -> anyhow::Error {
        match self.child.wait().await {
            Ok(status) => anyhow::anyhow!("`spin up` ended ({status})"),
            Err(error) => anyhow::Error::new(error).context("`spin up` can't be waited for"),
        }
    }

    /// Asks the process to end, and ends it when it has not after 3 s.
    pub(crate) async fn shutdown(mut self) -> Result<()> {
        if let Some(pid) = self.child.id() {
            Command::new("kill").args(["-TERM", &pid.to_string()]).status().await?;
        }
        if tokio::time::timeout(Duration::from_secs(3), self.child.wait()).await.is_err() {
            self.child.kill().await?;
        }
        Ok(())
    }
}
