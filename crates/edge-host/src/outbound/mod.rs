//! Requests that components send.

mod allowed;
mod client;
mod failure;
mod idle;
mod small;

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, Uri, header::CONTENT_LENGTH, uri::Scheme};
use http_body_util::{BodyExt, Full, Limited};
use tokio::time::timeout;
use traces::{TraceParent, Tracer};
use wasmtime_wasi_http::{
    Error, RequestOptions, Result, WasiBody, WasiHttpHooks, p3::bindings::http::types::ErrorCode,
};

pub(crate) use allowed::AllowedHosts;
pub(crate) use client::Client;

use crate::{LocalService, metrics::Numbers, trace};

/// The body of a request to a service of this process is collected, up to this many bytes.
const LARGEST_LOCAL_BODY: usize = 64 << 20;

/// How one component reaches others.
pub(crate) struct Outbound {
    /// Of the component.
    pub(crate) numbers: Arc<Numbers>,
    pub(crate) allowed: AllowedHosts,
    pub(crate) client: Client,
    pub(crate) local: Arc<HashMap<String, LocalService>>,
    /// The longest wait for a head, and between pieces of a body, where the component asks for no shorter one.
    pub(crate) deadline: Duration,
    pub(crate) tracer: Tracer,
}

/// What wasmtime calls when a component sends a request.
pub(crate) struct Hooks {
    pub(crate) outbound: Arc<Outbound>,
    /// The span that the next request is sent for.
    pub(crate) parent: Option<TraceParent>,
}

type Transmission = Box<dyn Future<Output = Result<()>> + Send>;

impl WasiHttpHooks for Hooks {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Transmission,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, Transmission)>> + Send> {
        let (outbound, parent) = (self.outbound.clone(), self.parent.take());
        Box::new(async move {
            let response = outbound.send(request, options.unwrap_or_default(), parent).await?;
            // The pool's own task drives the connection, so nothing is left to be driven here.
            Ok((response, Box::new(std::future::ready(Ok(()))) as Transmission))
        })
    }

    // A client or a server that leaves in the middle of a body is no news.
    fn p3_error_from_hyper(&mut self, error: &hyper::Error) -> ErrorCode {
        tracing::debug!("a body broke off: {error}");
        if error.is_incomplete_message() { ErrorCode::ConnectionTerminated } else { ErrorCode::HttpProtocolError }
    }
}

impl Outbound {
    async fn send(
        &self,
        mut request: Request<WasiBody>,
        options: RequestOptions,
        parent: Option<TraceParent>,
    ) -> Result<Response<WasiBody>> {
        let span = trace::sent(&self.tracer, &mut request, parent);
        let started = Instant::now();
        let response = self.exchange(request, options).await;
        self.numbers.sent(response.is_err(), started.elapsed());
        trace::received(span, &response);
        response
    }

    async fn exchange(&self, request: Request<WasiBody>, options: RequestOptions) -> Result<Response<WasiBody>> {
        let target = Target::of(request.uri())?;
        if !self.allowed.allow(&target) {
            tracing::warn!(
                component = &*self.numbers.component,
                host = %format_args!("{}://{}", target.scheme, target.authority()),
                "outbound request denied: the host is not in allowed_outbound_hosts"
            );
            return Err(Error::HttpRequestDenied);
        }
        let first = options.first_byte_timeout.unwrap_or(self.deadline).min(self.deadline);
        let between = options.between_bytes_timeout.unwrap_or(self.deadline).min(self.deadline);
        if let Some(service) = self.local.get(&target.authority()) {
            return timeout(first, call(service, request)).await.unwrap_or(Err(Error::ConnectionReadTimeout));
        }
        let sent = timeout(first, async {
            let (parts, mut body) = request.into_parts();
            if small::is_small(&body) {
                body = small::whole(body, first, |error| error).await?;
            }
            self.client.send(Request::from_parts(parts, body)).await
        });
        let response = sent.await.unwrap_or(Err(Error::ConnectionReadTimeout))?;
        let (parts, body) = response.into_parts();
        let body = if small::is_small(&body) {
            small::whole(body, between, Error::Hyper).await?
        } else {
            idle::IdleTimeout::new(body, between).boxed_unsync()
        };
        Ok(Response::from_parts(parts, body))
    }
}

/// Hands a request to a service of this process.
async fn call(service: &LocalService, request: Request<WasiBody>) -> Result<Response<WasiBody>> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, LARGEST_LOCAL_BODY).collect().await.map_err(failure::of_body)?;
    let mut response = service(Request::from_parts(parts, body.to_bytes())).await;
    let length = HeaderValue::from(response.body().len());
    response.headers_mut().insert(CONTENT_LENGTH, length);
    Ok(response.map(|bytes: Bytes| Full::new(bytes).map_err(|never| match never {}).boxed_unsync()))
}

/// Where a request goes.
pub(crate) struct Target<'a> {
    pub(crate) scheme: &'a str,
    /// Lower case; an IPv6 address without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl<'a> Target<'a> {
    pub(crate) fn of(uri: &'a Uri) -> Result<Self> {
        let scheme = uri.scheme().unwrap_or(&Scheme::HTTPS);
        let default = if *scheme == Scheme::HTTP { 80 } else { 443 };
        let host = uri.host().ok_or(Error::HttpRequestUriInvalid)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        Ok(Self { scheme: scheme.as_str(), host, port: uri.port_u16().unwrap_or(default) })
    }
    /// `host:port`, as [`crate::Config::local`] has it.
    fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}
