//! What one instance has.

use std::{collections::BTreeMap, sync::Arc};

use wasmtime::component::ResourceTable;
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use super::{Guest, calls::Calls, memory::MemoryLimit, output::Output};
use crate::outbound::Hooks;

/// The data of a store.
pub(crate) struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    pub(super) hooks: Hooks,
    /// Which request each call works for.
    pub(super) calls: Calls,
    table: ResourceTable,
    variables: Arc<BTreeMap<String, String>>,
    pub(super) memory: MemoryLimit,
}

impl State {
    /// A fresh state: the component's environment and files, no network but HTTP.
    pub(super) fn new(guest: &Guest) -> wasmtime::Result<Self> {
        let mut wasi = WasiCtx::builder();
        wasi.envs(&guest.settings.environment);
        wasi.stdout(Output { component: guest.numbers.component.clone(), is_error: false });
        wasi.stderr(Output { component: guest.numbers.component.clone(), is_error: true });
        for (folder, destination) in guest.settings.mounts.folders() {
            wasi.preopened_dir(folder, destination, FsPerms::ReadOnly)?;
        }
        Ok(Self {
            wasi: wasi.build(),
            http: WasiHttpCtx::new(),
            hooks: Hooks { outbound: guest.settings.outbound.clone(), parent: None },
            calls: Calls::default(),
            table: ResourceTable::new(),
            variables: guest.settings.variables.clone(),
            memory: MemoryLimit::new(guest.limits.memory),
        })
    }

    /// The value of the component's variable `name`.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.hooks, table: &mut self.table, ctx: &mut self.http }
    }
}
