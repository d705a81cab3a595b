//! A request that has found its route and whose body is in memory.

use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;
use domain::{ClientId, Code, Error, ImageId, RateLimits, Result, RoomId, limits};
use http::{HeaderMap, header};
use serde_json::{Map, Value};
use store::Quota;
use traces::TraceParent;

use crate::body;
use crate::budget::{Budget, Claim};
use crate::query::Query;
use crate::route::{Found, Route, Verb};

/// What a handler is given.
#[derive(Debug)]
pub struct Call {
    /// The route.
    pub route: Route,
    /// What is wanted of it.
    pub verb: Verb,
    parameters: Vec<(&'static str, String)>,
    query: Query,
    headers: HeaderMap,
    body: Bytes,
    /// Room for the answer, where that is large.
    room_for_answer: Option<Claim>,
}

impl Call {
    pub(crate) async fn open<B, F>(
        found: Found,
        verb: Verb,
        request: http::Request<B>,
        budget: &'static Budget,
        pause: impl Fn() -> F,
    ) -> Result<Self>
    where
        B: http_body::Body + Unpin,
        F: Future<Output = ()>,
    {
        let (parts, body) = request.into_parts();
        let limit = match (found.route, verb) {
            // An identity needs no input: whatever is sent stays unread.
            (_, Verb::Get) | (Route::Clients, _) => None,
            (Route::Messages, Verb::Post) => Some(limits::MESSAGE_BODY_BYTES),
            (Route::Images, Verb::Post) => Some(limits::IMAGE_BYTES),
            _ => Some(limits::BODY_BYTES),
        };
        let body = match limit {
            Some(limit) => body::read(body, &parts.headers, limit, budget, &pause).await?,
            None => Bytes::new(),
        };
        let room_for_answer = match (found.route, verb) {
            (Route::Image, Verb::Get) => Some(budget.claim(limits::IMAGE_BYTES, &pause).await?),
            _ => None,
        };
        Ok(Self {
            route: found.route,
            verb,
            parameters: found.parameters,
            query: parts.uri.query().map(Query::parse).unwrap_or_default(),
            headers: parts.headers,
            body,
            room_for_answer,
        })
    }

    /// Whether the body is one of the few that take much memory.
    pub fn is_large(&self) -> bool {
        self.body.len() > body::SMALL
    }

    fn parameter(&self, name: &str) -> &str {
        self.parameters.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    /// The room in the path.
    pub(crate) fn room(&self) -> Result<RoomId> {
        RoomId::parse(self.parameter("roomId"))
    }

    /// The client in the path.
    pub(crate) fn client(&self) -> Result<ClientId> {
        ClientId::parse(self.parameter("clientId"), "clientId")
    }

    /// The image in the path.
    pub(crate) fn image(&self) -> Result<ImageId> {
        ImageId::parse(self.parameter("imageId"))
    }

    /// A query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name)
    }

    /// A header's value, where it is text.
    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Where the request comes from, as the runtime tells. A client can send the header too, and its own comes first.
    fn address(&self) -> Option<IpAddr> {
        let told = self.headers.get_all("spin-client-addr").iter().next_back()?.to_str().ok()?;
        told.parse().map(|address: SocketAddr| address.ip()).or_else(|_| told.parse()).ok()
    }

    /// The span that the request belongs to. What is malformed is ignored.
    pub(crate) fn trace(&self) -> Option<TraceParent> {
        self.header(traces::HEADER).and_then(TraceParent::parse)
    }

    /// What the request is counted against.
    pub(crate) fn quota(&self, limits: RateLimits) -> Quota {
        Quota { limits, address: self.address() }
    }

    /// The bytes of the body.
    pub(crate) fn bytes(&self) -> Bytes {
        self.body.clone()
    }

    /// The bytes of an answer for which room was kept.
    pub(crate) fn answer(&mut self, data: Vec<u8>) -> Bytes {
        match self.room_for_answer.take() {
            Some(claim) => claim.hold(data),
            None => data.into(),
        }
    }

    /// The JSON object in the body. No body is the same as `{}`.
    pub(crate) fn object(&self) -> Result<Map<String, Value>> {
        let body = &self.body[..];
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Map::new());
        }
        if !self.header(header::CONTENT_TYPE).is_none_or(is_json) {
            return Err(Error::new(Code::UnsupportedMediaType, "The body must be application/json").at("Content-Type"));
        }
        match domain::json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(fields),
            Ok(_) => Err(Error::new(Code::MalformedJson, "The body must be a JSON object")),
            Err(error) => Err(Error::new(Code::MalformedJson, format!("The body is not JSON: {error}"))),
        }
    }
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_known_by_its_media_type() {
        for json in ["application/json", "Application/JSON; charset=utf-8", "application/ld+json"] {
            assert!(is_json(json), "{json}");
        }
        for other in ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "text/json"] {
            assert!(!is_json(other), "{other}");
        }
    }
}
