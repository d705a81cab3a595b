//! The WebAssembly engine, and the clock by which it interrupts components.

use std::{path::Path, thread, time::Duration};

use wasmtime::{Cache, CacheConfig, Config, Engine, EngineWeak, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::{Error, Limits, Result};

/// How long a component computes before others get their turn.
pub(crate) const SLICE: Duration = Duration::from_millis(10);

/// The pool holds at most this many instances; each reserves 4 GiB of address space, though no memory.
const MAX_INSTANCES: usize = 1000;

/// An engine with room for `components` components under full load, and a thread that advances its clock until the
/// engine is dropped. Compiled code is kept in `cache_dir`, keyed by content and by the engine's version and settings.
pub(crate) fn start(limits: &Limits, components: usize, cache_dir: Option<&Path>) -> Result<Engine> {
    let failed = |error: wasmtime::Error| Error::Engine(format!("{error:#}"));
    let mut config = Config::new();
    config.wasm_component_model_async(true);
    config.epoch_interruption(true);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits, components)));
    if let Some(folder) = cache_dir {
        let folder = std::path::absolute(folder).map_err(|source| Error::Read { path: folder.into(), source })?;
        let mut cache = CacheConfig::new();
        cache.with_directory(folder);
        config.cache(Some(Cache::new(cache).map_err(failed)?));
    }
    let engine = Engine::new(&config).map_err(failed)?;
    let clock = engine.weak();
    thread::Builder::new()
        .name("edge-epoch".into())
        .spawn(move || advance(&clock))
        .map_err(|error| Error::Engine(error.to_string()))?;
    Ok(engine)
}

fn pool(limits: &Limits, components: usize) -> PoolingAllocationConfig {
    let instances = limits.component_requests.saturating_mul(components).clamp(64, MAX_INSTANCES);
    let instances = u32::try_from(instances).unwrap_or(u32::MAX);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(instances);
    pool.total_memories(instances);
    // A component is several core instances (its code, and adapters for its imports) with a table or two.
    pool.total_core_instances(instances * 8);
    pool.total_tables(instances * 4);
    // Every call of a component that is under way may hold a stack.
    pool.total_stacks(instances * 4);
    pool.max_memory_size(limits.memory);
    pool.max_component_instance_size(1 << 20);
    // Resetting the first pages of a memory by copying is cheaper than giving them back and faulting them in again.
    pool.linear_memory_keep_resident(512 << 10);
    pool
}

fn advance(engine: &EngineWeak) {
    while let Some(engine) = engine.upgrade() {
        engine.increment_epoch();
        drop(engine);
        thread::sleep(SLICE);
    }
}
