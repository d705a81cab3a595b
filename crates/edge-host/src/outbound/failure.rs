//! What a component is told when its request fails.

use std::{error::Error as StdError, io};

use http_body_util::LengthLimitError;
use hyper_util::client::legacy;
use wasmtime_wasi_http::Error;

/// The error of a request that got no answer.
pub(super) fn of_request(error: &legacy::Error) -> Error {
    let failure = classify(error);
    tracing::debug!(%error, %failure, "outbound request failed");
    failure
}

fn classify(error: &legacy::Error) -> Error {
    let mut causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.find_map(of_cause).unwrap_or(if error.is_connect() {
        // Name resolution fails with an error that has no kind of its own.
        Error::DnsError { rcode: None, info_code: None }
    } else {
        Error::HttpProtocolError
    })
}

fn of_cause(cause: &(dyn StdError + 'static)) -> Option<Error> {
    if let Some(error) = cause.downcast_ref::<hyper::Error>() {
        return (error.is_incomplete_message() || error.is_closed()).then_some(Error::ConnectionTerminated);
    }
    let error = cause.downcast_ref::<io::Error>()?;
    if error.get_ref().is_some_and(<dyn StdError + Send + Sync>::is::<rustls::Error>) {
        return Some(Error::TlsCertificateError);
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Some(Error::ConnectionRefused),
        io::ErrorKind::TimedOut => Some(Error::ConnectionTimeout),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Some(Error::DestinationIpUnroutable),
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
            Some(Error::ConnectionTerminated)
        }
        _ => None,
    }
}

/// The error of a request body that could not be collected.
pub(super) fn of_body(error: Box<dyn StdError + Send + Sync>) -> Error {
    if error.is::<LengthLimitError>() {
        return Error::HttpRequestBodySize(None);
    }
    error.downcast::<Error>().map_or(Error::HttpProtocolError, |error| *error)
}
