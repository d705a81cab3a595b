//! The HTTP client of the Spin runtime.
//!
//! It speaks to `wasi:http` itself, since each call of the runtime costs about as much as a message's JSON: no header is
//! asked for that nobody reads, no body is read beyond its length, and time is kept by the runtime.

use std::pin::pin;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{Either, select};
use http::HeaderValue;
use http::header::{CONTENT_LENGTH, HeaderName};
use spin_sdk::wasip3::http::client;
use spin_sdk::wasip3::http::types::{ErrorCode, Fields, Method, RequestOptions, Scheme};
use spin_sdk::wasip3::http::types::{Request as Outgoing, Response as Incoming};
use spin_sdk::wasip3::{wit_bindgen::StreamResult, wit_future, wit_stream};

use super::{MAX_ANSWER_BYTES, Transport, TransportError};

/// What is read at a time of an answer that does not say its length.
const PIECE: usize = 16 * 1024;

/// Sends through `wasi:http`, with connections that the host keeps.
#[derive(Debug, Clone, Copy, Default)]
pub struct SpinTransport;

impl Transport for SpinTransport {
    const SHARED: bool = false;

    async fn send(
        &self,
        request: http::Request<Bytes>,
        deadline: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let started = Instant::now();
        let response = head(request, deadline).await?;
        let mut answer = http::Response::new(Bytes::new());
        *answer.status_mut() =
            http::StatusCode::from_u16(response.get_status_code()).map_err(|_| TransportError::NoAnswer)?;
        for (name, value) in response.get_headers().copy_all() {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                answer.headers_mut().append(name, value);
            }
        }
        let length = answer.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let mut body = pin!(body(response, length));
        // Mostly the body is there with the head, and needs no clock.
        let body = if let Some(body) = body.as_mut().now_or_never() {
            body?
        } else {
            let timer = pin!(spin_sdk::time::sleep(deadline.saturating_sub(started.elapsed())));
            match select(body, timer).await {
                Either::Left((body, _)) => body?,
                Either::Right(((), _)) => return Err(TransportError::NoAnswer),
            }
        };
        *answer.body_mut() = body;
        Ok(answer)
    }
}

/// Sends the request and waits for the answer's head.
async fn head(request: http::Request<Bytes>, deadline: Duration) -> Result<Incoming, TransportError> {
    let wrong = |()| TransportError::Unreachable;
    let (parts, content) = request.into_parts();
    let headers = parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()));
    // With it the runtime can send head and body together.
    let length = (CONTENT_LENGTH.as_str().to_owned(), content.len().to_string().into_bytes());
    let headers =
        Fields::from_list(&headers.chain([length]).collect::<Vec<_>>()).map_err(|_| TransportError::Unreachable)?;
    let options = RequestOptions::new();
    let nanos = u64::try_from(deadline.as_nanos()).unwrap_or(u64::MAX);
    // Each is of one thing; nothing takes longer than both.
    options.set_connect_timeout(Some(nanos)).map_err(|_| TransportError::Unreachable)?;
    options.set_first_byte_timeout(Some(nanos)).map_err(|_| TransportError::Unreachable)?;

    let (mut writer, contents) = wit_stream::new();
    let (end, trailers) = wit_future::new(|| Ok(None));
    let (request, _) = Outgoing::new(headers, Some(contents), trailers, Some(options));
    // Whatever is asked of the store is a POST.
    request.set_method(&Method::Post).map_err(wrong)?;
    let is_plain = parts.uri.scheme() == Some(&http::uri::Scheme::HTTP);
    request.set_scheme(Some(if is_plain { &Scheme::Http } else { &Scheme::Https })).map_err(wrong)?;
    request.set_authority(parts.uri.authority().map(http::uri::Authority::as_str)).map_err(wrong)?;
    request.set_path_with_query(parts.uri.path_and_query().map(http::uri::PathAndQuery::as_str)).map_err(wrong)?;

    let write = async {
        writer.write_all(content.into()).await;
        drop(writer);
        // Who does not want to know of trailers has got all that there is.
        let _ = end.write(Ok(None)).await;
    };
    let response = match select(pin!(client::send(request)), pin!(write)).await {
        Either::Left((response, _)) => response,
        Either::Right(((), response)) => response.await,
    };
    response.map_err(|code| classify(&code))
}

/// Reads the body of an answer, to its length where that is known.
async fn body(response: Incoming, length: Option<usize>) -> Result<Bytes, TransportError> {
    if length.is_some_and(|length| length > MAX_ANSWER_BYTES) {
        return Err(TransportError::NoAnswer);
    }
    let (_done, done) = wit_future::new(|| Ok(()));
    let (mut stream, trailers) = Incoming::consume_body(response, done);
    let mut bytes = Vec::with_capacity(length.unwrap_or(PIECE));
    while length != Some(bytes.len()) {
        if bytes.len() > MAX_ANSWER_BYTES {
            return Err(TransportError::NoAnswer);
        }
        if bytes.len() == bytes.capacity() {
            bytes.reserve(PIECE);
        }
        let (result, read) = stream.read(bytes).await;
        bytes = read;
        if result == StreamResult::Dropped {
            // The end, or a break, which only the trailers tell from it.
            let whole = length.is_none() && trailers.await.is_ok();
            return if whole { Ok(bytes.into()) } else { Err(TransportError::NoAnswer) };
        }
    }
    Ok(bytes.into())
}

/// Only what happens before a request is on its way proves that the store has not seen it.
fn classify(code: &ErrorCode) -> TransportError {
    match code {
        ErrorCode::DnsTimeout
        | ErrorCode::DnsError(_)
        | ErrorCode::DestinationNotFound
        | ErrorCode::DestinationUnavailable
        | ErrorCode::DestinationIpProhibited
        | ErrorCode::DestinationIpUnroutable
        | ErrorCode::ConnectionRefused
        | ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionLimitReached
        | ErrorCode::TlsProtocolError
        | ErrorCode::TlsCertificateError
        | ErrorCode::TlsAlertReceived(_)
        | ErrorCode::HttpRequestDenied
        | ErrorCode::HttpRequestUriInvalid
        | ErrorCode::HttpRequestMethodInvalid => TransportError::Unreachable,
        _ => TransportError::NoAnswer,
    }
}
