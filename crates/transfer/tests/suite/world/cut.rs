//! A transport that breaks at a request of one's choice.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use store::{ReqwestTransport, Transport, TransportError};
use tokio::sync::Notify;

/// What happens to a request, and to all that come after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is never sent.
    Unsent,
    /// It is carried out and its answer is lost.
    AnswerLost,
    /// It is carried out, and whoever sent it is ended before the answer comes.
    Ended,
}

/// Requests go through until the one with this number, from 0.
#[derive(Clone)]
pub(crate) struct Cut {
    inner: ReqwestTransport,
    at: usize,
    fault: Fault,
    sent: Arc<AtomicUsize>,
    ended: Arc<Notify>,
}

impl Cut {
    pub(crate) fn new(at: usize, fault: Fault) -> Self {
        let inner = ReqwestTransport::new().unwrap();
        Self { inner, at, fault, sent: Arc::default(), ended: Arc::default() }
    }

    /// Requests so far.
    pub(crate) fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    /// Whether the fault has happened.
    pub(crate) fn is_broken(&self) -> bool {
        self.sent() > self.at
    }

    /// Waits until the sender is to be ended.
    pub(crate) async fn ended(&self) {
        self.ended.notified().await;
    }
}

impl Transport for Cut {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        deadline: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        if number < self.at {
            return self.inner.send(request, deadline).await;
        }
        if number > self.at || self.fault == Fault::Unsent {
            return Err(TransportError::Unreachable);
        }
        self.inner.send(request, deadline).await?;
        if self.fault == Fault::Ended {
            self.ended.notify_one();
            return pending().await;
        }
        Err(TransportError::NoAnswer)
    }
}
