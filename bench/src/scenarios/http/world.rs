//! The systems side by side: all are up, and each is measured in its turn.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};

use super::{duration, seed};
use crate::context::Context;
use crate::load::closed::{Connection, Expected, Figures, Load, Request};
use crate::system::net::{answers, free_address};
use crate::system::process::{Process, built, root};
use crate::system::{Kind, Parts, System, usage};

/// One process, as `roomtalk up` starts it, with a real redis-server, as the Node peer has.
pub(super) const ROOMTALK: &str = "roomtalk";
/// The same over its embedded store.
pub(super) const EMBEDDED: &str = "roomtalk-embedded";
/// The same as [`ROOMTALK`] as separate programs.
pub(super) const APART: &str = "roomtalk-apart";
pub(super) const NODE: &str = "node";
/// The components' handlers without WebAssembly, over the store of [`APART`].
pub(super) const NATIVE: &str = "native";

/// One system, as its clients see it.
pub(super) struct Target {
    pub(super) name: &'static str,
    pub(super) http: SocketAddr,
    /// Position of the system whose store it is on.
    system: usize,
}

pub(super) struct World {
    pub(super) targets: Vec<Target>,
    systems: Vec<System>,
    native: Option<Process>,
}

impl World {
    /// Starts those of `names` that are wanted.
    pub(super) async fn start(context: &Context, names: &[&'static str]) -> Result<Self> {
        let mut world = Self { targets: Vec::new(), systems: Vec::new(), native: None };
        for &name in names.iter().filter(|name| context.wants(name)) {
            if name == NATIVE {
                world.add_native().await?;
                continue;
            }
            let kind = match name {
                NODE => Kind::Node,
                APART => Kind::RoomTalk(Parts { redis: true, hubs: 1, edge: true }),
                _ => Kind::Up { on_redis: name == ROOMTALK },
            };
            let system = System::start(name, kind).await?;
            let http = system.http.context("a system without REST")?;
            world.targets.push(Target { name, http, system: world.systems.len() });
            world.systems.push(system);
        }
        Ok(world)
    }

    /// Beside the edge of [`APART`], on its gateway.
    async fn add_native(&mut self) -> Result<()> {
        let Some(system) = self.systems.iter().position(|system| system.name == APART) else { return Ok(()) };
        let store = self.systems.get(system).and_then(|system| system.store).context("no store")?;
        let http = free_address()?;
        let page = root().join("web/dist");
        let arguments = |_: &Path| {
            let url = format!("http://{}", store.address);
            let page = page.display().to_string();
            let flags =
                ["--listen", &http.to_string(), "--redis-url", &url, "--redis-token", store.token, "--page", &page];
            flags.map(str::to_owned).to_vec()
        };
        let mut process = Process::start(NATIVE, &built("native-edge"), arguments, &[])?;
        process.ready(|| answers(http, "/api/openapi.json")).await?;
        self.targets.push(Target { name: NATIVE, http, system });
        self.native = Some(process);
        Ok(())
    }

    pub(super) fn system(&self, target: &Target) -> Result<&System> {
        self.systems.get(target.system).context("no such system")
    }

    /// A room of each target, filled; those on one store share one. In the order of the targets.
    pub(super) async fn rooms(&self, messages: usize) -> Result<Vec<String>> {
        let mut of_systems: Vec<Option<String>> = vec![None; self.systems.len()];
        let mut rooms = Vec::new();
        for target in &self.targets {
            let known = of_systems.get_mut(target.system).context("no such system")?;
            if known.is_none() {
                *known = Some(seed::room(self.system(target)?, target.http, messages).await?);
            }
            rooms.extend(known.clone());
        }
        Ok(rooms)
    }

    /// The same for each of these lengths.
    pub(super) async fn rooms_of(&self, context: &Context, lengths: &[usize]) -> Result<Vec<(usize, Vec<String>)>> {
        let mut all = Vec::new();
        for &length in lengths {
            all.push((length, self.rooms(context.size(length, 100)).await?));
        }
        Ok(all)
    }

    /// Measures and keeps the figures.
    pub(super) async fn measure(
        &self,
        context: &Context,
        target: &Target,
        round: usize,
        scenario: &str,
        load: Load,
    ) -> Result<Figures> {
        let cpu = self.cpu(target)?;
        let figures = load.run().await.with_context(|| format!("{scenario}, {}", target.name))?;
        let cpu = (self.cpu(target)? - cpu) * 1e6 / figures.requests as f64;
        context.add(scenario, target.name, round, &figures.samples(1));
        context.add(scenario, target.name, round, &[("CPU per request", "us", cpu)]);
        Ok(figures)
    }

    /// CPU seconds of the programs that answer a target's requests, but a redis-server's.
    fn cpu(&self, target: &Target) -> Result<f64> {
        let system = self.system(target)?;
        match &self.native {
            Some(native) if target.name == NATIVE => Ok(usage::cpu(native.pid)? + system.cpu(&["gateway", "hub"])?),
            _ => system.cpu(&[]),
        }
    }

    pub(super) async fn stop(self) -> Result<()> {
        if let Some(native) = self.native {
            native.stop().await?;
        }
        for system in self.systems {
            system.stop().await?;
        }
        Ok(())
    }
}

impl Target {
    /// Sends one request on a connection of its own and gives the header `name` of its answer.
    pub(super) async fn header(&self, request: &Request, name: &str) -> Result<String> {
        let mut connection = Connection::open(self.http).await?;
        connection.exchange(request.bytes()).await?.header(name).with_context(|| format!("an answer without {name}"))
    }

    pub(super) fn load(&self, context: &Context, request: Arc<Request>, status: u16, concurrency: usize) -> Load {
        Load {
            address: self.http,
            request,
            expected: Expected::Status(status),
            concurrency,
            duration: duration(context),
            most: None,
        }
    }
}
