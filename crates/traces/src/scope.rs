//! Which span a task works for, so that a client deep inside can name it in its requests.

use std::future::Future;

use tokio::task::futures::TaskLocalFuture;
use tokio::task_local;

use crate::TraceParent;

task_local! {
    static CURRENT: Option<TraceParent>;
}

/// The span that the running task works for, if any.
pub fn current() -> Option<TraceParent> {
    CURRENT.try_with(|current| *current).ok().flatten()
}

/// `future`, working for the span `parent`. What it spawns does not.
pub fn scope<F: Future>(parent: Option<TraceParent>, future: F) -> TaskLocalFuture<Option<TraceParent>, F> {
    CURRENT.scope(parent, future)
}
