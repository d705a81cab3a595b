//! The built page: files, deep links, and the headers that fence them in.

mod encoding;
mod file;
mod hub;
mod policy;

use std::path::Path;

use bytes::Bytes;
use domain::{Code, Error};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use serde::Serialize;
use store::etag_matches;

use crate::{Failure, Response, reply, settings};
pub use hub::Hub;

/// The page, below this folder; `index.html` stands for every path that names no file.
const INDEX: &str = "index.html";
/// The name of the build of the page, as `web/stamp.mjs` gives it.
const BUILD: &str = "build.txt";
/// Files whose names carry a hash of their content.
const ASSETS: &str = "assets/";
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageConfig<'a> {
    socket_url: &'a str,
    /// Which page is served here, so that one that is open notices when it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    build: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    traces: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// Answers a request for the page or its parts. `root`: the folder of the built page; `hub_url`: the hub's address, or `/`
/// where the hub has the page's origin; `traces`: whether the page is to say which trace a message belongs to.
pub fn answer<B>(request: &Request<B>, root: &Path, hub_url: &str, traces: bool) -> Response {
    let mut response = match *request.method() {
        Method::GET | Method::HEAD => match Hub::parse(hub_url) {
            Some(hub) => read(request, root, &hub, traces),
            None => Failure::from(settings::wrong("hub_url", "is neither / nor an http:// or https:// address"))
                .into_response(),
        },
        _ => {
            let mut response = reply::error(&Error::new(Code::MethodNotAllowed, "The page takes GET, HEAD"));
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            response
        }
    };
    reply::secure(response.headers_mut());
    policy::isolate(response.headers_mut());
    if policy::shows_a_room(request.uri()) {
        response.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex"));
    }
    reply::frame(&mut response, request.method() == Method::HEAD);
    response
}

fn read<B>(request: &Request<B>, root: &Path, hub: &Hub, traces: bool) -> Response {
    let Some(path) = file::relative(request.uri().path()) else { return not_found() };
    if path == "config.json" {
        let build = file::read(root, BUILD).and_then(|name| String::from_utf8(name).ok());
        return reply::json(StatusCode::OK, &PageConfig { socket_url: hub.url(), build, traces });
    }
    let named = if path.is_empty() { INDEX } else { path.as_str() };
    if let Some(data) = file::read(root, named) {
        return found(request.headers(), root, named, data, hub);
    }
    if file::has_extension(&path) {
        return not_found();
    }
    match file::read(root, INDEX) {
        Some(data) => found(request.headers(), root, INDEX, data, hub),
        None => not_built(),
    }
}

fn found(asked: &HeaderMap, root: &Path, name: &str, data: Vec<u8>, hub: &Hub) -> Response {
    let etag = file::etag(&data);
    let (data, encoding) = match encoding::best(asked, |extension| file::read(root, &format!("{name}{extension}"))) {
        Some((data, encoding)) => (data, Some(encoding)),
        None => (data, None),
    };
    let etag = encoding.map_or_else(|| format!("\"{etag}\""), |encoding| format!("\"{etag}-{encoding}\""));
    let known = asked.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let mut response = if known.is_some_and(|tags| etag_matches(tags, &etag)) {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        Response::new(Bytes::from(data))
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file::media_type(name)));
    reply::set(headers, header::ETAG, &etag);
    headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if name.starts_with(ASSETS) {
        headers.insert(header::CACHE_CONTROL, FOREVER);
        // The sandboxed frame has no origin of its own and must ask for its scripts as a stranger.
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    } else {
        headers.insert(header::CACHE_CONTROL, ASK_AGAIN);
    }
    reply::set(headers, header::CONTENT_SECURITY_POLICY, &policy::content_security(name, hub));
    response
}

fn not_found() -> Response {
    reply::error(&Error::new(Code::NotFound, "No such file"))
}

fn not_built() -> Response {
    let why = "The page is not built. Run: cargo xtask build";
    Failure::from(Error::new(Code::NotConfigured, why)).into_response()
}

#[cfg(test)]
mod tests;
