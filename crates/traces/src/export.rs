//! The way out: a bounded queue, and one task that posts what is in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

use crate::settings::Settings;
use crate::span::Record;
use crate::tracer::Source;
use crate::{Tracer, otlp};

/// Spans that may wait.
const QUEUE: usize = 2048;
/// Most spans in one request.
const BATCH: usize = 512;
/// How long the first span of a request waits for others.
const DELAY: Duration = Duration::from_secs(1);
/// How long a collector may take.
const ANSWER: Duration = Duration::from_secs(5);
/// How long the last spans may take when the program ends.
const LAST: Duration = Duration::from_secs(1);
/// Connections are kept for so long, which is less than servers commonly do.
const IDLE: Duration = Duration::from_secs(8);
/// What is read of an answer, which says nothing that is needed.
const ANSWER_BYTES: usize = 64 * 1024;

/// Sends spans to a collector. The default has none, and its tracers make no spans.
#[derive(Debug, Default)]
pub struct Exporter(Option<Running>);

#[derive(Debug)]
struct Running {
    service: String,
    tracer: Tracer,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// The entrance of the queue.
#[derive(Debug, Clone)]
pub(crate) struct Outlet {
    queue: mpsc::Sender<Record>,
    dropped: Arc<AtomicU64>,
}

impl Outlet {
    /// Takes a span that has ended. One too many is dropped: nobody waits for a collector.
    pub(crate) fn give(&self, record: Record) {
        if self.queue.try_send(record).is_err() {
            self.dropped.fetch_add(1, Relaxed);
        }
    }
}

impl Exporter {
    pub(crate) fn start(settings: Settings) -> Self {
        let (queue, records) = mpsc::channel(QUEUE);
        let outlet = Outlet { queue, dropped: Arc::default() };
        let (stop, stopped) = oneshot::channel();
        let Settings { target, sampler, service, headers } = settings;
        tracing::info!(collector = %target.authority().map_or("", |to| to.as_str()), service, "traces are exported");
        let mut id = [0; 8];
        // Without random numbers there are no spans either.
        let _ = getrandom::fill(&mut id);
        let instance = format!("{:016x}", u64::from_ne_bytes(id));
        let source = Source { service: service.clone(), instance, sampler, outlet: outlet.clone() };
        let mut template = Request::new(Full::default());
        *template.uri_mut() = target;
        *template.method_mut() = http::Method::POST;
        *template.headers_mut() = headers;
        template.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let mail = Mail { client: client(), template, dropped: outlet.dropped, failing: false };
        let task = tokio::spawn(run(mail, records, stopped));
        Self(Some(Running { service, tracer: Tracer::new(source), stop, task }))
    }

    /// A tracer for the whole program.
    pub fn tracer(&self) -> Tracer {
        self.0.as_ref().map(|running| running.tracer.clone()).unwrap_or_default()
    }

    /// A tracer for a part of a program of several: its name is added to the program's.
    pub fn tracer_of(&self, part: &str) -> Tracer {
        let Some(Running { service, tracer, .. }) = &self.0 else { return Tracer::default() };
        tracer.of_service(format!("{service}-{part}"))
    }

    /// Sends what waits, for one second at most. What ends later is dropped.
    pub async fn shutdown(self) {
        let Some(Running { stop, mut task, .. }) = self.0 else { return };
        // The task ends only by this.
        let _ = stop.send(());
        if timeout(LAST, &mut task).await.is_err() {
            task.abort();
            tracing::warn!("the last spans were not exported in time");
        }
    }
}

async fn run(mut mail: Mail, mut records: mpsc::Receiver<Record>, mut stopped: oneshot::Receiver<()>) {
    loop {
        let mut batch = Vec::new();
        let ending = tokio::select! {
            _ = records.recv_many(&mut batch, BATCH) => false,
            _ = &mut stopped => true,
        };
        let until = Instant::now() + DELAY;
        while !ending && batch.len() < BATCH {
            let room = BATCH - batch.len();
            tokio::select! {
                more = timeout_at(until, records.recv_many(&mut batch, room)) => if !matches!(more, Ok(1..)) { break },
                _ = &mut stopped => {
                    mail.post(batch).await;
                    return mail.rest(records).await;
                }
            }
        }
        if ending {
            return mail.rest(records).await;
        }
        // A collector that hangs must not keep the program from ending.
        tokio::select! {
            () = mail.post(batch) => {}
            _ = &mut stopped => return mail.rest(records).await,
        }
    }
}

/// Who posts.
struct Mail {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    /// A request without a body.
    template: Request<Full<Bytes>>,
    dropped: Arc<AtomicU64>,
    /// The last request failed, and it was said.
    failing: bool,
}

impl Mail {
    async fn post(&mut self, batch: Vec<Record>) {
        if batch.is_empty() {
            return;
        }
        let count = batch.len() as u64;
        let mut request = self.template.clone();
        *request.body_mut() = Full::new(otlp::encode(batch).into());
        match timeout(ANSWER, self.send(request)).await.unwrap_or_else(|_| Err("it does not answer".to_owned())) {
            Ok(()) => {
                let dropped = self.dropped.swap(0, Relaxed);
                if dropped > 0 {
                    tracing::warn!(dropped, "spans were dropped, and are exported again");
                }
                self.failing = false;
            }
            Err(error) => {
                self.dropped.fetch_add(count, Relaxed);
                if !self.failing {
                    tracing::warn!(error, "spans can't be exported; they are dropped until the collector takes them");
                }
                self.failing = true;
            }
        }
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<(), String> {
        let response = self.client.request(request).await.map_err(|error| chain(&error))?;
        let status = response.status();
        // A connection whose answer was read can be used again.
        let _ = Limited::new(response.into_body(), ANSWER_BYTES).collect().await;
        if status.is_success() { Ok(()) } else { Err(format!("it answers {status}")) }
    }

    /// All that is in the queue, at the program's end.
    async fn rest(mut self, mut records: mpsc::Receiver<Record>) {
        records.close();
        let mut batch = Vec::new();
        while records.recv_many(&mut batch, BATCH).await > 0 {
            self.post(std::mem::take(&mut batch)).await;
        }
        let dropped = self.dropped.load(Relaxed);
        if dropped > 0 {
            tracing::warn!(dropped, "spans were dropped");
        }
    }
}

fn client() -> Client<HttpsConnector<HttpConnector>, Full<Bytes>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = HttpsConnectorBuilder::new().with_provider_and_native_roots(provider).unwrap_or_else(|error| {
        tracing::warn!(%error, "no trusted certificates on this system, so no collector is reached by https");
        HttpsConnectorBuilder::new().with_tls_config(trusting_nobody())
    });
    let connector = tls.https_or_http().enable_http1().build();
    Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE).build(connector)
}

fn trusting_nobody() -> rustls::ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.expect("ring has cipher suites for the default versions");
    builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth()
}

/// An error with its causes, of which the first says little.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
