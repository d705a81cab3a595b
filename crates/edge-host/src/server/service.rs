//! One request: from the client to a component and back.

use std::{net::SocketAddr, time::Instant};

use ::metrics::CONTENT_TYPE;
use http::{
    HeaderMap, Request, Response, Uri,
    header::{CONTENT_LENGTH, EXPECT, HOST},
    uri::{Authority, Scheme},
};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use tokio::{
    sync::AcquireError,
    time::{Instant as Deadline, timeout_at},
};
use traces::TraceParent;
use wasmtime_wasi_http::{
    WasiBody,
    handler::{ExpirationError, InstantiationError},
};

use super::{
    answer::{self, Refusal},
    body::{self, Overrun, RequestBody},
    headers,
};
use crate::{
    app::{App, Handler},
    guest::Admission,
    metrics,
    routes::WELL_KNOWN,
    trace,
};

/// Bodies of at most this many bytes are received before a component sees the request. Some routes take no more than that,
/// and refuse a larger one before it has come.
const SMALL: u64 = 16 << 10;

pub(super) async fn handle(app: &App, peer: SocketAddr, request: Request<Incoming>) -> Response<WasiBody> {
    let started = Instant::now();
    if let Some(name) = request.uri().path().strip_prefix(WELL_KNOWN) {
        return match name {
            "health" => answer::text("text/plain", "OK".into()),
            "metrics" => answer::text(CONTENT_TYPE, metrics::text(app)),
            _ => answer::refuse(Refusal::NotFound),
        };
    }
    let Some(uri) = full_uri(request.uri(), request.headers()) else {
        return answer::refuse(Refusal::BadTarget);
    };
    let Some((handler, matched)) = app.router.find(uri.path()) else {
        return answer::refuse(Refusal::NotFound);
    };
    let (mut parts, body) = request.into_parts();
    let client = app.trusted_proxies.client(peer, app.fly_client_ip, &mut parts.headers);
    headers::set(&mut parts.headers, &matched, &uri, client);
    let method = parts.method.clone();
    let span = trace::served(&app.tracer, &mut parts, matched.raw_route(), &handler.numbers.component);
    parts.uri = uri.clone();
    let response = dispatch(app, handler, Request::from_parts(parts, body), span.context()).await;
    handler.numbers.answered(response.status(), started.elapsed());
    trace::answered(span, response.status());
    tracing::debug!(
        component = &*handler.numbers.component,
        %method,
        route = matched.raw_route(),
        status = response.status().as_u16(),
        ms = started.elapsed().as_millis(),
        "request"
    );
    response
}

async fn dispatch(
    app: &App,
    handler: &Handler,
    request: Request<Incoming>,
    trace: Option<TraceParent>,
) -> Response<WasiBody> {
    let limits = &app.limits;
    if declared_length(request.headers()).is_some_and(|length| length > limits.body) {
        // A client that waits for leave to send does not get it.
        if !request.headers().contains_key(EXPECT) {
            body::discard(request.into_body());
        }
        return answer::refuse(Refusal::TooLarge(limits.body));
    }
    let deadline = Deadline::now() + limits.request_deadline;
    let (request, overrun) = if is_small(&request) {
        // It costs its component less in one piece, and a slow sender does not hold an instance meanwhile.
        let (parts, body) = request.into_parts();
        match timeout_at(deadline, body.collect()).await {
            Ok(Ok(body)) => {
                let body = Full::new(body.to_bytes()).map_err(|never| match never {});
                (Request::from_parts(parts, body.boxed_unsync()), Overrun::default())
            }
            Ok(Err(_)) => return answer::refuse(Refusal::BadBody),
            Err(_) => return answer::refuse(Refusal::Deadline),
        }
    } else {
        let (request, overrun) = RequestBody::limit(request, limits.body);
        (request.map(BodyExt::boxed_unsync), overrun)
    };
    // Its component's first: those who wait for a stuck one take no place from the others.
    let places =
        async { Ok([handler.places.clone().acquire_owned().await?, app.places.clone().acquire_owned().await?]) };
    let Ok(Ok::<_, AcquireError>(places)) = timeout_at(deadline, places).await else {
        return answer::refuse(Refusal::Overloaded);
    };
    match timeout_at(deadline, handler.instances.handle(Admission { places, trace }, request)).await {
        // A component that was refused the rest of a body has not seen the request, whatever it answers.
        Ok(_) if overrun.happened() => answer::refuse(Refusal::TooLarge(limits.body)),
        Ok(Ok(response)) => response,
        Ok(Err(error)) => answer::refuse(failure(&handler.numbers.component, &error)),
        Err(_) => {
            tracing::warn!(component = &*handler.numbers.component, "no answer within the request deadline");
            answer::refuse(Refusal::Deadline)
        }
    }
}

/// Traps are logged where the instance ends; here only what each request makes of it.
fn failure(component: &str, error: &wasmtime::Error) -> Refusal {
    if error.is::<ExpirationError>() {
        tracing::warn!(component, "no answer within the request deadline");
        return Refusal::Deadline;
    }
    if let Some(error) = error.downcast_ref::<InstantiationError<Admission>>() {
        tracing::error!(component, "no instance: {:#}", error.error);
        return Refusal::Overloaded;
    }
    tracing::error!(component, "no answer: {error:#}");
    Refusal::Failed
}

/// Whether the body is small, and sent without waiting for leave.
fn is_small(request: &Request<Incoming>) -> bool {
    request.body().size_hint().exact().is_some_and(|length| length <= SMALL) && !request.headers().contains_key(EXPECT)
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The request's URI with scheme and authority. None: there is no host, or it is ambiguous, or the target is no path.
fn full_uri(uri: &Uri, headers: &HeaderMap) -> Option<Uri> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = match hosts.next() {
        Some(value) => Some(value.to_str().ok()?.parse::<Authority>().ok()?),
        None => None,
    };
    if hosts.next().is_some() || !uri.path().starts_with('/') {
        return None;
    }
    let mut parts = uri.clone().into_parts();
    let authority = match (host, parts.authority.take()) {
        (Some(host), Some(authority)) if host != authority => return None,
        (host, authority) => host.or(authority)?,
    };
    parts.scheme = Some(Scheme::HTTP);
    parts.authority = Some(authority);
    Uri::from_parts(parts).ok()
}
