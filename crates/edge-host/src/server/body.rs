//! Request bodies: bounded while they stream, and read to their end when nobody wants them.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::{runtime::Handle, time::timeout};
use wasmtime_wasi_http::Error;

/// How much of an unwanted body is read, and for how long.
///
/// Closing a connection while the client still sends makes its system discard the answer that says why.
const MOST_DISCARDED: u64 = 64 << 20;
const DISCARDING: Duration = Duration::from_secs(5);

/// A request body that fails beyond its limit.
pub(super) struct RequestBody {
    /// None: at its end, or failed.
    body: Option<Incoming>,
    left: u64,
    limit: u64,
    overrun: Overrun,
}

/// Tells whether a body was larger than its limit.
#[derive(Clone, Default)]
pub(super) struct Overrun(Arc<AtomicBool>);

impl Overrun {
    pub(super) fn happened(&self) -> bool {
        self.0.load(Relaxed)
    }
}

impl RequestBody {
    /// `request` with its body bounded by `limit` bytes.
    pub(super) fn limit(request: Request<Incoming>, limit: u64) -> (Request<Self>, Overrun) {
        let overrun = Overrun::default();
        let request = request.map(|body| Self { body: Some(body), left: limit, limit, overrun: overrun.clone() });
        (request, overrun)
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let frame = match ready!(Pin::new(body).poll_frame(cx)) {
            Some(Ok(frame)) => frame,
            Some(Err(error)) => {
                self.body = None;
                return Poll::Ready(Some(Err(Error::Hyper(error))));
            }
            None => {
                self.body = None;
                return Poll::Ready(None);
            }
        };
        let length = frame.data_ref().map_or(0, |data| data.len() as u64);
        let Some(left) = self.left.checked_sub(length) else {
            self.overrun.0.store(true, Relaxed);
            if let Some(body) = self.body.take() {
                discard(body);
            }
            return Poll::Ready(Some(Err(Error::HttpRequestBodySize(Some(self.limit)))));
        };
        self.left = left;
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if let Some(body) = self.body.take() {
            discard(body);
        }
    }
}

/// Reads a body to its end, within bounds.
pub(super) fn discard(mut body: Incoming) {
    // Without a runtime there is no connection either: all is being dropped.
    let Ok(runtime) = Handle::try_current() else { return };
    if body.is_end_stream() {
        return;
    }
    runtime.spawn(async move {
        let mut left = MOST_DISCARDED;
        let discarding = async {
            while let Some(Ok(frame)) = body.frame().await {
                left = left.saturating_sub(frame.data_ref().map_or(0, |data| data.len() as u64));
                if left == 0 {
                    break;
                }
            }
        };
        if timeout(DISCARDING, discarding).await.is_err() {
            tracing::debug!("a client kept sending a body that nobody wants");
        }
    });
}
