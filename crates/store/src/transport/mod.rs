//! The one thing that differs between WebAssembly and native code: who sends an HTTP request.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use traces::TraceParent;

#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(all(feature = "spin", target_arch = "wasm32"))]
mod spin;

#[cfg(feature = "reqwest")]
pub use reqwest::ReqwestTransport;
#[cfg(feature = "reqwest")]
pub(crate) use reqwest::classify;
#[cfg(all(feature = "spin", target_arch = "wasm32"))]
pub use spin::SpinTransport;

/// Most bytes in an answer. The largest is a page of 200 messages of 16 000 characters of four bytes, in base64.
#[cfg(any(feature = "reqwest", all(feature = "spin", target_arch = "wasm32")))]
const MAX_ANSWER_BYTES: usize = 32 * 1024 * 1024;

/// Why an exchange with the store ended without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The request never reached the store.
    #[error("the store can't be reached")]
    Unreachable,
    /// The request was sent; whether it was carried out is not known (deadline passed, connection cut, answer unread).
    #[error("the store did not answer")]
    NoAnswer,
}

/// Sends one request to the store and reads the whole answer.
///
/// The future is `Send` where the implementation's is, so native callers may spawn it and components need not.
pub trait Transport {
    /// Whether one caller may wait for what another one sends: the runtime of a component wakes a task for its own
    /// requests only.
    const SHARED: bool = true;

    /// The span that the caller works for, where the transport can tell.
    fn trace(&self) -> Option<TraceParent> {
        None
    }

    /// Sends `request` (absolute URI) and gives the answer, or an error once `deadline` has passed.
    fn send(
        &self,
        request: http::Request<Bytes>,
        deadline: Duration,
    ) -> impl Future<Output = Result<http::Response<Bytes>, TransportError>>;
}
