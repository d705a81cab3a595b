//! The spans of requests, named as OpenTelemetry's conventions for HTTP have it: by method and route, never by a path, which
//! may name a room.

use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use traces::{Kind, Span, TraceParent, Tracer};
use wasmtime_wasi_http::{Result, WasiBody};

use crate::outbound::Target;

/// A span for a request of a client. The component sees it as its request's `traceparent`.
pub(crate) fn served(tracer: &Tracer, request: &mut Parts, route: &str, component: &str) -> Span {
    if !tracer.is_on() {
        return Span::default();
    }
    let method = method(&request.method);
    let parent = TraceParent::of(&request.headers);
    let mut span = tracer.admit(format!("{method} {route}"), Kind::Server, parent);
    tell(&span, &mut request.headers);
    if span.is_kept() {
        span.set("http.request.method", method);
        span.set("http.route", route.to_owned());
        span.set("spin.component", component.to_owned());
    }
    span
}

/// The answer to it has begun.
pub(crate) fn answered(mut span: Span, status: StatusCode) {
    span.set("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.fail(status.as_u16().to_string());
    }
}

/// A span for a request that a component sends while it handles the one of `parent`.
pub(crate) fn sent(tracer: &Tracer, request: &mut Request<WasiBody>, parent: Option<TraceParent>) -> Span {
    let Some(parent) = parent else { return Span::default() };
    let method = method(request.method());
    let mut span = tracer.follow(method, Kind::Client, Some(parent));
    tell(&span, request.headers_mut());
    if span.is_kept()
        && let Ok(Target { host, port, .. }) = Target::of(request.uri())
    {
        span.set("http.request.method", method);
        span.set("server.address", host);
        span.set("server.port", port);
    }
    span
}

/// The answer to it has begun, or there is none.
pub(crate) fn received(mut span: Span, response: &Result<Response<WasiBody>>) {
    match response {
        Ok(response) => {
            let status = response.status().as_u16();
            span.set("http.response.status_code", status);
            if status >= 400 {
                span.fail(status.to_string());
            }
        }
        Err(_) => span.fail("no answer"),
    }
}

fn tell(span: &Span, headers: &mut HeaderMap) {
    let context = span.context().and_then(|context| HeaderValue::try_from(context.to_string()).ok());
    if let Some(context) = context {
        headers.insert(traces::HEADER, context);
    }
}

/// The methods that there are; a client may make up others.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "HTTP",
    }
}
