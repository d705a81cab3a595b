//! The systems that are measured, each as processes of its own on free ports.

pub(crate) mod net;
mod peers;
pub(crate) mod process;
pub(crate) mod redis;
pub(crate) mod roomtalk;
pub(crate) mod up;
pub(crate) mod usage;

use std::net::SocketAddr;

use anyhow::{Context, Result};

use self::process::Process;
pub(crate) use self::roomtalk::Parts;
use crate::load::socket::Dialect;

/// How the store of a system is reached.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Store {
    /// The gateway.
    pub(crate) address: SocketAddr,
    pub(crate) token: &'static str,
}

/// A running system.
pub(crate) struct System {
    /// As in the samples.
    pub(crate) name: String,
    pub(crate) dialect: Dialect,
    /// Where its sockets are served; several hubs are several addresses.
    pub(crate) sockets: Vec<SocketAddr>,
    /// Where its REST routes are served.
    pub(crate) http: Option<SocketAddr>,
    pub(crate) store: Option<Store>,
    /// Its redis-server, if it has one.
    pub(crate) redis: Option<SocketAddr>,
    processes: Vec<Process>,
}

/// What can be started by name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Separate programs.
    RoomTalk(Parts),
    /// One process; over a real redis-server, or the embedded store.
    Up {
        on_redis: bool,
    },
    Node,
    Floor,
}

impl System {
    fn new(name: &str, dialect: Dialect) -> Self {
        let name = name.to_owned();
        Self { name, dialect, sockets: Vec::new(), http: None, store: None, redis: None, processes: Vec::new() }
    }

    pub(crate) async fn start(name: &str, kind: Kind) -> Result<Self> {
        match Self::attempt(name, kind).await {
            Ok(system) => Ok(system),
            // Somebody else may have taken a port between its choice and its use.
            Err(error) => {
                eprintln!("    once more: {error:#}");
                Self::attempt(name, kind).await.with_context(|| format!("can't start {name}"))
            }
        }
    }

    async fn attempt(name: &str, kind: Kind) -> Result<Self> {
        match kind {
            Kind::RoomTalk(parts) => roomtalk::start(name, parts).await,
            Kind::Up { on_redis } => up::start(name, on_redis).await,
            Kind::Node => peers::node(name).await,
            Kind::Floor => peers::floor(name).await,
        }
    }

    /// CPU seconds that the processes of these roles have used; without roles, all of them but a redis-server.
    pub(crate) fn cpu(&self, roles: &[&str]) -> Result<f64> {
        self.chosen(roles).map(|process| usage::cpu(process.pid)).sum()
    }

    /// Bytes of resident memory, of the same.
    pub(crate) fn memory(&self, roles: &[&str]) -> Result<f64> {
        self.chosen(roles).map(|process| usage::memory(process.pid)).sum()
    }

    /// The process that the sockets are connected to.
    pub(crate) fn front(&self) -> &'static [&'static str] {
        match self.dialect {
            Dialect::RoomTalk => &["hub"],
            Dialect::Node => &["node"],
            Dialect::Bare => &["floor"],
        }
    }

    pub(crate) async fn stop(self) -> Result<()> {
        // In the reverse order of their start, so that nobody misses what it stands on.
        for process in self.processes.into_iter().rev() {
            process.stop().await?;
        }
        Ok(())
    }

    fn chosen(&self, roles: &[&str]) -> impl Iterator<Item = &Process> {
        let wanted = |role| if roles.is_empty() { role != "redis" } else { roles.contains(&role) };
        self.processes.iter().filter(move |process| wanted(process.role))
    }
}
