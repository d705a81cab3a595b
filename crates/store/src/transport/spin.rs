//! The HTTP client of the Spin runtime.

use std::pin::pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::future::{Either, select};
use http_body_util::BodyExt;
use spin_sdk::http::FullBody;
use spin_sdk::wasip3::http::types::ErrorCode;

use super::{MAX_ANSWER_BYTES, Transport, TransportError};

/// Sends through `wasi:http`, with connections that the host keeps.
#[derive(Debug, Clone, Copy, Default)]
pub struct SpinTransport;

impl Transport for SpinTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        deadline: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let exchange = pin!(exchange(request));
        let timer = pin!(spin_sdk::time::sleep(deadline));
        match select(exchange, timer).await {
            Either::Left((result, _)) => result,
            Either::Right(((), _)) => Err(TransportError::NoAnswer),
        }
    }
}

async fn exchange(request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
    let response = spin_sdk::http::send(request.map(FullBody::new)).await.map_err(|code| classify(&code))?;
    let (parts, mut body) = response.into_parts();
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| TransportError::NoAnswer)?;
        if let Some(data) = frame.data_ref() {
            if bytes.len() + data.len() > MAX_ANSWER_BYTES {
                return Err(TransportError::NoAnswer);
            }
            bytes.extend_from_slice(data);
        }
    }
    Ok(http::Response::from_parts(parts, bytes.freeze()))
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
