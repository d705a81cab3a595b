//! Components: what they import, and the instances that answer requests.

mod bindings;
mod busy;
mod calls;
mod instance;
mod memory;
mod output;
mod state;

use std::{collections::BTreeMap, path::Path, sync::Arc};

use tokio_util::sync::CancellationToken;
use wasmtime::{
    Engine,
    component::{Component, Linker},
};
use wasmtime_wasi_http::p3::bindings::ServicePre;

pub(crate) use instance::Admission;
use state::State;

use crate::{Error, Limits, Result, manifest::Mounts, metrics::Numbers, outbound::Outbound};

/// A compiled component with all that its instances share.
pub(crate) struct Guest {
    pub(crate) numbers: Arc<Numbers>,
    pub(crate) service: ServicePre<State>,
    pub(crate) settings: Settings,
    pub(crate) limits: Arc<Limits>,
    /// Ends idle instances when the application ends.
    pub(crate) ending: CancellationToken,
}

/// What the manifest says of a component.
pub(crate) struct Settings {
    pub(crate) variables: Arc<BTreeMap<String, String>>,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) mounts: Mounts,
    pub(crate) outbound: Arc<Outbound>,
}

/// All that components may import: WASI 0.2 without HTTP, WASI 0.3 with HTTP, and Spin's variables.
pub(crate) fn linker(engine: &Engine) -> Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)
        .and_then(|()| wasmtime_wasi::p3::add_to_linker(&mut linker))
        .and_then(|()| calls::add_to_linker(&mut linker))
        .and_then(|()| bindings::add_to_linker(&mut linker))
        .map_err(|error| Error::Engine(format!("{error:#}")))?;
    Ok(linker)
}

/// Compiles the component `id`, or takes it from the cache, and holds its imports and exports against what is provided
/// and needed. Blocks.
pub(crate) fn compile(engine: &Engine, linker: &Linker<State>, id: &str, file: &Path) -> Result<ServicePre<State>> {
    let bytes = std::fs::read(file).map_err(|source| Error::Read { path: file.into(), source })?;
    let refused =
        |what: &str, error: wasmtime::Error| Error::Component { id: id.into(), reason: format!("{what}{error:#}") };
    let component = Component::new(engine, bytes).map_err(|error| refused("it does not compile: ", error))?;
    let instance = linker
        .instantiate_pre(&component)
        .map_err(|error| refused("it needs what this host does not provide: ", error))?;
    ServicePre::new(instance).map_err(|error| refused("it is no handler of wasi:http@0.3: ", error))
}
