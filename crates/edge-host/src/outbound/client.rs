use std::{sync::Arc, time::Duration};

use http::{Request, Response};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use wasmtime_wasi_http::{Result, WasiBody};

use super::failure;

/// A connection that takes longer to open has failed.
const CONNECT: Duration = Duration::from_secs(5);
/// Servers commonly close after 10 s or more of silence; closing first avoids sending into a closed connection.
const IDLE: Duration = Duration::from_secs(8);

/// The one HTTP client of the application: it keeps its connections and shares them among all instances.
#[derive(Clone)]
pub(crate) struct Client(legacy::Client<HttpsConnector<HttpConnector>, WasiBody>);

impl Client {
    pub(crate) fn new() -> Self {
        let mut http = HttpConnector::new();
        http.set_nodelay(true);
        http.enforce_http(false);
        http.set_connect_timeout(Some(CONNECT));
        let provider = Arc::new(ring::default_provider());
        let tls = match HttpsConnectorBuilder::new().with_provider_and_native_roots(provider) {
            Ok(builder) => builder,
            Err(error) => {
                tracing::warn!("no trusted certificates on this system, so https requests of components fail: {error}");
                HttpsConnectorBuilder::new().with_tls_config(trusting_nobody())
            }
        };
        let connector = tls.https_or_http().enable_http1().wrap_connector(http);
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        Self(client)
    }

    pub(super) async fn send(&self, request: Request<WasiBody>) -> Result<Response<Incoming>> {
        self.0.request(request).await.map_err(|error| failure::of_request(&error))
    }
}

fn trusting_nobody() -> ClientConfig {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder =
        builder.with_safe_default_protocol_versions().expect("ring has cipher suites for the default versions");
    builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
}
