use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    num::NonZeroUsize,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use traces::Tracer;

use crate::TrustedProxies;

/// A service of this process: requests of components to its authority are handed to it without a socket.
pub type LocalService = Arc<dyn Fn(http::Request<Bytes>) -> BoxFuture<'static, http::Response<Bytes>> + Send + Sync>;

/// What to run, and where.
#[derive(Clone)]
pub struct Config {
    /// The application's `spin.toml`. Paths inside it are relative to its folder.
    pub manifest: PathBuf,
    /// The address to serve HTTP/1.1 on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Values of variables. They win over `SPIN_VARIABLE_NAME` in the environment, which wins over the manifest's defaults.
    pub variables: BTreeMap<String, String>,
    /// Where compiled components are kept, so that the next start does not compile them again. None: nowhere.
    pub cache_dir: Option<PathBuf>,
    /// The peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// Whether a trusted proxy's `Fly-Client-IP` is believed before its `X-Forwarded-For`. For Fly only: any other proxy
    /// hands a forged one on.
    pub fly_client_ip: bool,
    /// Services of this process by authority, `127.0.0.1:3013` for example. `allowed_outbound_hosts` holds for them too.
    pub local: HashMap<String, LocalService>,
    /// The bounds that keep one request from hurting the others.
    pub limits: Limits,
    /// Makes the spans of requests, and of those that components send.
    pub tracer: Tracer,
}

impl Config {
    /// The application of `manifest` on `listen`, everything else by default.
    pub fn new(manifest: impl Into<PathBuf>, listen: SocketAddr) -> Self {
        Self {
            manifest: manifest.into(),
            listen,
            variables: BTreeMap::new(),
            cache_dir: None,
            trusted_proxies: TrustedProxies::default(),
            fly_client_ip: false,
            local: HashMap::new(),
            limits: Limits::default(),
            tracer: Tracer::default(),
        }
    }
}

/// The bounds that keep one request from hurting the others.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long a component has for the head of its answer, waiting included; then 504.
    pub request_deadline: Duration,
    /// How long a component may compute without waiting for anything; then its instance is ended, and 500.
    pub cpu_deadline: Duration,
    /// How long a component may go on after its last answer's head, to stream the body.
    pub stream_deadline: Duration,
    /// How long a client has for the head of a request, and may keep a connection idle.
    pub header_timeout: Duration,
    /// How long a client may refuse to take bytes of an answer before it is disconnected.
    pub write_timeout: Duration,
    /// The largest request body in bytes; beyond it 413.
    pub body: u64,
    /// The memory of one instance in bytes, of which a growth beyond is refused to the component.
    pub memory: usize,
    /// Open connections; further ones wait to be accepted.
    pub connections: usize,
    /// Open connections of one address; further ones are closed. Trusted proxies are not counted.
    pub connections_per_address: usize,
    /// Whether that holds for connections of this machine, too.
    pub count_loopback: bool,
    /// Requests under way at once; further ones wait, up to the request deadline. None: one for each 4 MiB of memory that the
    /// process may use, since each takes about 1 MiB.
    pub requests: Option<NonZeroUsize>,
    /// Those of one component, which never has more than half of all: one that is stuck leaves room for the others.
    pub component_requests: usize,
    /// Requests that one instance handles before it is replaced. 1: a fresh instance for each request.
    pub instance_requests: usize,
    /// Requests that one instance handles at once.
    pub instance_concurrency: usize,
    /// How long an instance without work is kept.
    pub instance_idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_deadline: Duration::from_secs(30),
            cpu_deadline: Duration::from_secs(5),
            stream_deadline: Duration::from_mins(5),
            header_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            body: 16 << 20,
            memory: 128 << 20,
            connections: 1024,
            connections_per_address: 256,
            count_loopback: false,
            requests: None,
            component_requests: 128,
            instance_requests: 128,
            instance_concurrency: 16,
            instance_idle: Duration::from_secs(30),
        }
    }
}
