//! Requests and answers.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::encoded::{Encoded, encode};
use crate::reply::Plain;
use crate::{Command, Error, Refusal, Reply, resp};

const ENCODING: HeaderName = HeaderName::from_static("upstash-encoding");
const FORMAT: HeaderName = HeaderName::from_static("upstash-response-format");
/// The content type of an answer in Redis's own format.
const RESP: &[u8] = b"application/octet-stream";
const SYNC_TOKEN: HeaderName = HeaderName::from_static("upstash-sync-token");

/// One store: its address, its token, and how far its replicas must have come.
///
/// The sync token of each answer goes with the next request, so a reader sees its own writes whichever replica answers.
/// It is shared by everybody who uses this client, and an older answer that comes late may put it back; a reader that
/// must not be behind sends a transaction, which runs at the leader.
pub struct Client {
    uris: Uris,
    subscribe: String,
    authorization: HeaderValue,
    sync_token: Mutex<HeaderValue>,
}

struct Uris {
    single: Uri,
    pipeline: Uri,
    transaction: Uri,
}

/// The address is not `http(s)://host[:port]`, or the token has characters that no header can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidConfig {
    /// The address.
    #[error("the store's address must be http(s)://host[:port]")]
    Url,
    /// The token.
    #[error("the store's token has characters that no header can carry")]
    Token,
}

impl Client {
    /// A client for the store at `url` (`http(s)://host[:port]`, with or without a closing slash).
    pub fn new(url: &str, token: &str) -> Result<Self, InvalidConfig> {
        let base = url.trim_end_matches('/');
        let root: Uri = base.parse().map_err(|_| InvalidConfig::Url)?;
        let web = matches!(root.scheme_str(), Some("http" | "https"));
        if !web || root.path_and_query().is_some_and(|path| path != "/") {
            return Err(InvalidConfig::Url);
        }
        let uri = |path: &str| format!("{base}{path}").parse().map_err(|_| InvalidConfig::Url);
        let mut authorization = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| InvalidConfig::Token)?;
        authorization.set_sensitive(true);
        Ok(Self {
            uris: Uris { single: uri("/")?, pipeline: uri("/pipeline")?, transaction: uri("/multi-exec")? },
            subscribe: format!("{base}/subscribe/"),
            authorization,
            sync_token: Mutex::new(HeaderValue::from_static("")),
        })
    }

    /// One command.
    pub fn single(&self, command: &Command<'_>) -> Request<Bytes> {
        self.single_encoded(Encoded::new(command))
    }

    /// One command, encoded before.
    pub fn single_encoded(&self, command: Encoded) -> Request<Bytes> {
        self.request(self.uris.single.clone(), command.into_json())
    }

    /// One command whose reply may be large: it is asked for in Redis's own format, which takes a quarter less than base64
    /// and is read without decoding or copying. The reply is for [`Client::bulky_reply`].
    pub fn bulky(&self, command: &Command<'_>) -> Request<Bytes> {
        let mut request = self.single(command);
        request.headers_mut().remove(ENCODING);
        request.headers_mut().insert(FORMAT, HeaderValue::from_static("resp2"));
        request
    }

    /// Several commands in order, in one request, not atomic.
    pub fn pipeline(&self, commands: &[Command<'_>]) -> Request<Bytes> {
        self.request(self.uris.pipeline.clone(), encode(commands, commands))
    }

    /// The same of commands that were encoded before.
    pub fn pipeline_encoded<'a>(&self, commands: impl IntoIterator<Item = &'a Encoded>) -> Request<Bytes> {
        self.request(self.uris.pipeline.clone(), Encoded::list(commands))
    }

    /// Several commands as one MULTI/EXEC transaction.
    pub fn transaction(&self, commands: &[Command<'_>]) -> Request<Bytes> {
        self.request(self.uris.transaction.clone(), encode(commands, commands))
    }

    /// A stream of what is published on `channel`; its answer's body goes to [`crate::Events`].
    pub fn subscribe(&self, channel: &str) -> Result<Request<Bytes>, InvalidConfig> {
        let channel = utf8_percent_encode(channel, NON_ALPHANUMERIC);
        let uri = format!("{}{channel}", self.subscribe).parse().map_err(|_| InvalidConfig::Url)?;
        let mut request = self.request(uri, Bytes::new());
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
        Ok(request)
    }

    /// The reply to [`Client::single`].
    pub fn reply(&self, response: &Response<Bytes>) -> Result<Reply, Error> {
        match self.body::<Item>(response)? {
            Item::Result(reply) => Ok(reply),
            Item::Error(text) => Err(Refusal::new(text).into()),
        }
    }

    /// The reply to [`Client::bulky`]. From a store that does not know the format it is JSON, with strings as they are.
    pub fn bulky_reply(&self, response: &Response<Bytes>) -> Result<Reply, Error> {
        let ours = response.status().is_success() || response.status() == StatusCode::BAD_REQUEST;
        if !ours || response.headers().get(CONTENT_TYPE).is_none_or(|kind| kind != RESP) {
            return match self.body::<Item<Plain>>(response)? {
                Item::Result(Plain(reply)) => Ok(reply),
                Item::Error(text) => Err(Refusal::new(text).into()),
            };
        }
        self.keep_sync_token(response);
        match resp::read(response.body()) {
            Some(Ok(reply)) if response.status().is_success() => Ok(reply),
            Some(Err(text)) => Err(Refusal::new(text).into()),
            _ => Err(Error::Unreadable(format!("{} bytes that are no reply", response.body().len()))),
        }
    }

    /// The replies to [`Client::pipeline`] or [`Client::transaction`] of `expected` commands, in order. A command that
    /// failed does not fail the others.
    pub fn replies(&self, response: &Response<Bytes>, expected: usize) -> Result<Vec<Result<Reply, Refusal>>, Error> {
        let single = response.body().iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        if single {
            return Err(match self.reply(response) {
                Err(Error::Refused(refusal)) => Error::Discarded(refusal),
                Err(other) => other,
                Ok(_) => Error::Unreadable("one reply to several commands".to_owned()),
            });
        }
        let items = self.body::<Vec<Item>>(response)?;
        if items.len() != expected {
            return Err(Error::Unreadable(format!("{} replies to {expected} commands", items.len())));
        }
        Ok(items
            .into_iter()
            .map(|item| match item {
                Item::Result(reply) => Ok(reply),
                Item::Error(text) => Err(Refusal::new(text)),
            })
            .collect())
    }

    /// What an answer without success to [`Client::subscribe`] means. The one with success is a stream.
    pub fn failure(status: StatusCode, body: &[u8]) -> Error {
        failure(status, body)
    }

    fn request(&self, uri: Uri, body: Bytes) -> Request<Bytes> {
        let mut request = Request::new(body);
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, self.authorization.clone());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ENCODING, HeaderValue::from_static("base64"));
        headers.insert(SYNC_TOKEN, self.sync_token.lock().unwrap_or_else(PoisonError::into_inner).clone());
        request
    }

    fn keep_sync_token(&self, response: &Response<Bytes>) {
        if let Some(token) = response.headers().get(SYNC_TOKEN) {
            *self.sync_token.lock().unwrap_or_else(PoisonError::into_inner) = token.clone();
        }
    }

    fn body<'a, T: Deserialize<'a>>(&self, response: &'a Response<Bytes>) -> Result<T, Error> {
        self.keep_sync_token(response);
        if !response.status().is_success() {
            return Err(failure(response.status(), response.body()));
        }
        serde_json::from_slice(response.body()).map_err(|e| Error::Unreadable(e.to_string()))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Item<R = Reply> {
    Result(R),
    Error(String),
}

/// What a status other than success means. 400 with the protocol's error object is a refusal; everything else may come
/// from a proxy and is told by its status.
fn failure(status: StatusCode, body: &[u8]) -> Error {
    let error = serde_json::from_slice::<ErrorBody>(body).ok().map(|body| body.error);
    match (status, error) {
        (StatusCode::BAD_REQUEST, Some(text)) => Error::Refused(Refusal::new(text)),
        (StatusCode::UNAUTHORIZED, text) => Error::Unauthorized(text.unwrap_or_else(|| beginning(body))),
        (_, text) => Error::Status { status: status.as_u16(), text: text.unwrap_or_else(|| beginning(body)) },
    }
}

#[derive(Deserialize)]
struct ErrorBody {
    error: String,
}

fn beginning(body: &[u8]) -> String {
    String::from_utf8_lossy(body.get(..200).unwrap_or(body)).into_owned()
}
