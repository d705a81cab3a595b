//! The application: routes, and the component behind each.

use std::{collections::BTreeMap, num::NonZeroUsize, sync::Arc};

use rayon::ThreadPoolBuilder;
use tokio::{sync::Semaphore, task::spawn_blocking};
use tokio_util::sync::CancellationToken;
use traces::Tracer;
use wasmtime_wasi_http::handler::ProxyHandler;

use crate::{
    Config, Error, Limits, Result, TrustedProxies, engine,
    guest::{self, Guest, Settings},
    manifest::{self, Component, Manifest, Mounts},
    metrics::Numbers,
    outbound::{AllowedHosts, Client, Outbound},
    places,
    routes::Router,
    variables::{self, Variables},
};

/// All that requests are answered with.
pub(crate) struct App {
    pub(crate) router: Router<Arc<Handler>>,
    pub(crate) handlers: Vec<Arc<Handler>>,
    /// Bounds the requests under way, since each takes memory.
    pub(crate) places: Arc<Semaphore>,
    /// How many places there are in all.
    pub(crate) most_requests: usize,
    /// How many each component has.
    most_of_one: usize,
    pub(crate) limits: Arc<Limits>,
    pub(crate) trusted_proxies: TrustedProxies,
    pub(crate) fly_client_ip: bool,
    pub(crate) tracer: Tracer,
}

/// A component, ready to handle requests.
pub(crate) struct Handler {
    pub(crate) instances: ProxyHandler<Guest>,
    /// Bounds its own requests under way.
    pub(crate) places: Arc<Semaphore>,
    pub(crate) numbers: Arc<Numbers>,
}

impl App {
    /// Reads the manifest and compiles its components. `ending` ends the instances.
    pub(crate) async fn load(config: &Config, ending: &CancellationToken) -> Result<Self> {
        let manifest = Manifest::load(&config.manifest)?;
        let values = Variables::resolve(&manifest.variables, |name| std::env::var(name).ok(), &config.variables)?;
        let limits = Arc::new(config.limits.clone());
        let most_requests = limits.requests.map_or_else(places::by_memory, NonZeroUsize::get);
        let most_of_one = limits.component_requests.min(most_requests.div_ceil(2));
        let mut handlers = BTreeMap::new();
        for (id, guest) in guests(config, &manifest, &values, &limits, ending).await? {
            let places = Arc::new(Semaphore::new(most_of_one));
            let handler = Handler { places, numbers: guest.numbers.clone(), instances: ProxyHandler::new(guest) };
            handlers.insert(id, Arc::new(handler));
        }
        let routes = manifest.trigger.http.iter();
        let routes = routes.filter_map(|entry| Some((entry.route.as_str(), handlers.get(&entry.component)?.clone())));
        Ok(Self {
            router: Router::new(routes)?,
            handlers: handlers.into_values().collect(),
            places: Arc::new(Semaphore::new(most_requests)),
            most_requests,
            most_of_one,
            limits,
            trusted_proxies: config.trusted_proxies.clone(),
            fly_client_ip: config.fly_client_ip,
            tracer: config.tracer.clone(),
        })
    }

    /// How many requests of a component are under way.
    pub(crate) fn taken(&self, handler: &Handler) -> u64 {
        self.most_of_one.saturating_sub(handler.places.available_permits()) as u64
    }
}

/// Compiles all components, one after the other: the compiler itself uses all cores, and takes much memory for each.
async fn guests(
    config: &Config,
    manifest: &Manifest,
    values: &Variables,
    limits: &Arc<Limits>,
    ending: &CancellationToken,
) -> Result<Vec<(String, Guest)>> {
    let base = manifest::folder(&config.manifest);
    let engine = engine::start(limits, manifest.component.len(), config.cache_dir.as_deref())?;
    let linker = Arc::new(guest::linker(&engine)?);
    let client = Client::new();
    let local = Arc::new(config.local.clone());
    // Threads that end with the work: those of the process would keep most of what the compiler took, 50 MB.
    let threads = ThreadPoolBuilder::new().build().map_err(|error| Error::Engine(error.to_string()))?;
    let threads = Arc::new(threads);
    let mut guests = Vec::new();
    for (id, component) in &manifest.component {
        let numbers = Arc::new(Numbers::new(id));
        let outbound = Outbound {
            numbers: numbers.clone(),
            allowed: allowed_hosts(id, component, values)?,
            client: client.clone(),
            local: local.clone(),
            deadline: limits.request_deadline,
            tracer: config.tracer.clone(),
        };
        let settings = Settings {
            variables: component_variables(id, component, values)?.into(),
            environment: component.environment.clone().into_iter().collect(),
            mounts: Mounts::prepare(id, &base, &component.files)?,
            outbound: Arc::new(outbound),
        };
        let (engine, linker, limits, ending) = (engine.clone(), linker.clone(), limits.clone(), ending.clone());
        let (id, source, threads) = (id.clone(), base.join(&component.source), threads.clone());
        let compiled = spawn_blocking(move || {
            let service = threads.install(|| guest::compile(&engine, &linker, &id, &source))?;
            let guest = Guest { numbers, service, settings, limits, ending };
            Ok((id, guest))
        });
        guests.push(compiled.await.map_err(|panic| Error::Engine(panic.to_string()))??);
    }
    Ok(guests)
}

fn allowed_hosts(id: &str, component: &Component, values: &Variables) -> Result<AllowedHosts> {
    let key = format!("component.{id}.allowed_outbound_hosts");
    let entries = component.allowed_outbound_hosts.iter().map(|entry| values.render(&key, entry));
    let entries = entries.collect::<Result<Vec<_>>>()?;
    AllowedHosts::parse(entries.iter().map(String::as_str)).map_err(|reason| Error::key(key, reason))
}

fn component_variables(id: &str, component: &Component, values: &Variables) -> Result<BTreeMap<String, String>> {
    let render = |(name, template): (&String, &String)| {
        let key = format!("component.{id}.variables.{name}");
        if !variables::is_name(name) {
            return Err(Error::key(key, "a variable's name is lower case letters, digits and `_`"));
        }
        values.render(&key, template).map(|value| (name.clone(), value))
    };
    component.variables.iter().map(render).collect()
}
