//! The REST API.

mod answer;
mod body;
mod encode;
mod form;
mod guard;
mod json;
mod policy;
pub(crate) mod serve;
mod stream;
mod trace;

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, EXPECT};
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use subtle::ConstantTimeEq;
use tokio_util::sync::CancellationToken;
use traces::{Span, Tracer};

use self::answer::{allow_origin, error, failure, preflight};
use self::form::Target;
use crate::backend::{Backend, Command, Topic, UNAVAILABLE};
use crate::store::Store;
use crate::{Error, Reply, texts};

pub use encode::Format;
pub(crate) use encode::resp2 as write_resp2;
pub use form::Call;
pub(crate) use guard::Guard;

const SYNC_TOKEN: &str = "upstash-sync-token";

/// A body that may be a stream without end.
pub(crate) type Body = UnsyncBoxBody<Bytes, Infallible>;

/// Answers requests from a store.
pub(crate) struct Server {
    store: Store,
    token: String,
    guard: Guard,
    tracer: Tracer,
    /// Counts answers, from the time of the start in microseconds, so that it never goes back. One store with one state has
    /// nothing to catch up with; clients only need a token that changes.
    answers: AtomicU64,
    /// Ends the streams.
    stop: CancellationToken,
}

impl Server {
    /// A server that demands `token`.
    pub(crate) fn new(store: Store, token: String, guard: Guard, tracer: Tracer, stop: CancellationToken) -> Self {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
        let answers = AtomicU64::new(u64::try_from(started).unwrap_or_default());
        Self { store, token, guard, tracer, answers, stop }
    }

    /// Closes the store: later commands are refused.
    pub(crate) async fn close(&self) -> Result<(), Error> {
        self.store.close().await
    }

    /// Answers a request of the network.
    pub(crate) async fn handle<B>(&self, request: Request<B>) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Unpin,
    {
        let (head, body) = request.into_parts();
        let mut response = match (self.refuse(&head), form::target(&head.uri)) {
            (Some(refused), _) => refused.map(full),
            (None, Target::Listen(topics)) => match self.listen(topics).await {
                Ok(stream) => stream,
                Err(text) => failure(&text).map(full),
            },
            (None, _) => match body::read(body, head.headers.contains_key(EXPECT)).await {
                Ok(body) => self.run(&head, body).await.map(full),
                Err(body::Refused::TooLarge) => failure(texts::TOO_LARGE).map(full),
                Err(body::Refused::Incomplete) => failure("ERR the request's body did not arrive").map(full),
            },
        };
        if response.status() != StatusCode::FORBIDDEN {
            allow_origin(&head, response.headers_mut());
        }
        response
    }

    /// Answers a request of this process, for which there are no streams.
    pub(crate) async fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        match self.refuse(&head) {
            Some(refused) => refused,
            None if body.len() > body::LIMIT => failure(texts::TOO_LARGE),
            None => self.run(&head, body).await,
        }
    }

    /// The answer to a request that its head alone gives reason to refuse.
    fn refuse(&self, head: &Parts) -> Option<Response<Bytes>> {
        if ![Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::OPTIONS].contains(&head.method) {
            return Some(answer::method_not_allowed());
        }
        if let Some(reason) = self.guard.refusal(&head.uri, &head.headers) {
            return Some(error(StatusCode::FORBIDDEN, reason));
        }
        if head.method == Method::OPTIONS {
            return Some(preflight(head));
        }
        if !self.is_authorized(head) {
            return Some(error(StatusCode::UNAUTHORIZED, texts::WRONG_PASS));
        }
        None
    }

    /// The token of the query wins over the header's, which may come with or without `Bearer`.
    fn is_authorized(&self, head: &Parts) -> bool {
        let given = form::query_token(&head.uri).or_else(|| {
            let header = head.headers.get(AUTHORIZATION)?.as_bytes();
            let token = match header.split_at_checked(7) {
                Some((scheme, token)) if scheme.eq_ignore_ascii_case(b"Bearer ") => token.trim_ascii(),
                _ => header,
            };
            Some(Bytes::copy_from_slice(token))
        });
        given.is_some_and(|given| given.ct_eq(self.token.as_bytes()).into())
    }

    async fn run(&self, head: &Parts, body: Bytes) -> Response<Bytes> {
        let mut span = trace::begin(&self.tracer, head);
        let answer = match Call::read(head, body) {
            Ok((call, format)) => {
                trace::name(&mut span, &call);
                self.execute(call, format, &mut span).await
            }
            Err(text) => Err(text),
        };
        answer.unwrap_or_else(|text| {
            trace::fail(&mut span, &text);
            failure(&text)
        })
    }

    async fn execute(&self, call: Call, format: Format, span: &mut Span) -> Result<Response<Bytes>, String> {
        let mut out = Vec::new();
        let base64 = format == Format::Base64;
        match call {
            Call::Command(command) if format == Format::Resp2 => return self.fetch(command, span).await,
            Call::Command(command) => match self.pipeline(vec![command]).await?.pop().unwrap_or(Reply::Nil) {
                Reply::Error(text) => return Err(text),
                reply => encode::object(&mut out, &reply, base64),
            },
            Call::Pipeline(commands) => {
                let replies = self.pipeline(commands).await?;
                trace::count_failed(span, &replies);
                match format {
                    Format::Resp2 => replies.iter().for_each(|reply| encode::resp2(&mut out, reply)),
                    _ => encode::array(&mut out, &replies, base64),
                }
            }
            Call::Transaction(commands) => {
                if let Some(text) = commands.iter().find_map(policy::refusal) {
                    return Err(format!("EXECABORT Transaction discarded because of: {text}"));
                }
                let replies = self.store.transaction(commands).await?;
                trace::count_failed(span, &replies);
                encode::array(&mut out, &replies, base64);
            }
        }
        Ok(self.answer(out, format))
    }

    /// Runs a command whose reply goes on as the store gave it. `Err` when the store is not there.
    async fn fetch(&self, command: Command, span: &mut Span) -> Result<Response<Bytes>, String> {
        let reply = match policy::refusal(&command) {
            Some(text) => Err(Reply::Error(text)),
            None => self.store.fetch(command).await,
        };
        match reply {
            Ok(bytes) => Ok(self.answer(bytes, Format::Resp2)),
            Err(Reply::Error(text)) if text.starts_with(UNAVAILABLE) => Err(text),
            Err(error) => {
                trace::count_failed(span, std::slice::from_ref(&error));
                let mut out = Vec::new();
                encode::resp2(&mut out, &error);
                let mut response = self.answer(out, Format::Resp2);
                *response.status_mut() = StatusCode::BAD_REQUEST;
                Ok(response)
            }
        }
    }

    /// Runs the commands that may be run, in one round trip. `Err` when the store is not there.
    async fn pipeline(&self, commands: Vec<Command>) -> Result<Vec<Reply>, String> {
        let refusals: Vec<Option<String>> = commands.iter().map(policy::refusal).collect();
        let allowed: Vec<Command> = commands
            .into_iter()
            .zip(&refusals)
            .filter(|(_, refusal)| refusal.is_none())
            .map(|(command, _)| command)
            .collect();
        let mut replies = if allowed.is_empty() { Vec::new() } else { self.store.pipeline(allowed).await }.into_iter();
        let missing = || Reply::Error(format!("{UNAVAILABLE} the store gave no answer"));
        let all: Vec<Reply> = refusals
            .into_iter()
            .map(|refusal| refusal.map_or_else(|| replies.next().unwrap_or_else(missing), Reply::Error))
            .collect();
        match all.iter().find_map(|reply| match reply {
            Reply::Error(text) if text.starts_with(UNAVAILABLE) => Some(text.clone()),
            _ => None,
        }) {
            Some(text) => Err(text),
            None => Ok(all),
        }
    }

    async fn listen(&self, topics: Vec<Topic>) -> Result<Response<Body>, String> {
        let receiver = self.store.subscribe(topics.clone()).await?;
        let events = stream::events(&topics, receiver, self.stop.clone());
        let mut response = Response::new(StreamBody::new(events).boxed_unsync());
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(SYNC_TOKEN, self.next_sync_token());
        Ok(response)
    }

    fn answer(&self, body: impl Into<Bytes>, format: Format) -> Response<Bytes> {
        let mut response = Response::new(body.into());
        let kind = if format == Format::Resp2 { "application/octet-stream" } else { "application/json" };
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        response.headers_mut().insert(SYNC_TOKEN, self.next_sync_token());
        response
    }

    fn next_sync_token(&self) -> HeaderValue {
        HeaderValue::from(self.answers.fetch_add(1, Ordering::Relaxed))
    }
}

fn full(body: Bytes) -> Body {
    Full::new(body).boxed_unsync()
}
