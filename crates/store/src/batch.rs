//! Scripts that are called at the same moment go to the store in one request.

use std::future::poll_fn;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use futures_channel::oneshot;
use upstash::{Encoded, Refusal, Reply};

use crate::Error;

/// Most commands in one request.
const MOST: usize = 64;
/// A command of more bytes goes alone, so that a request stays far below what a store takes.
const LARGE: usize = 16 * 1024;

/// The outcome of one command: of the request that it was in, and its own.
pub(crate) type Outcome = Result<Result<Reply, Refusal>, Error>;

/// The commands that wait for the request that takes them along.
#[derive(Default)]
pub(crate) struct Batch(Mutex<Vec<Waiting>>);

/// A command that goes with others, and who waits for its outcome.
pub(crate) struct Waiting {
    pub(crate) command: Encoded,
    pub(crate) outcome: oneshot::Sender<Outcome>,
}

/// What a command that came to the batch is to do.
pub(crate) enum Place<'a> {
    /// It goes alone.
    Alone(Encoded),
    /// It came first: it sends what the others have brought once they had their turn.
    First(First<'a>, oneshot::Receiver<Outcome>),
    /// It is taken along.
    Further(oneshot::Receiver<Outcome>),
}

impl Batch {
    /// A place in the next request for `command`.
    pub(crate) fn enter(&self, command: Encoded) -> Place<'_> {
        let mut waiting = self.lock();
        if command.length() > LARGE || waiting.len() == MOST {
            return Place::Alone(command);
        }
        let (outcome, told) = oneshot::channel();
        waiting.push(Waiting { command, outcome });
        if waiting.len() == 1 { Place::First(First(self), told) } else { Place::Further(told) }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who sends the request. When it is given up before, the others are told: nothing was sent.
pub(crate) struct First<'a>(&'a Batch);

impl First<'_> {
    /// Lets all others that are ready have their turn, and takes what they have brought.
    pub(crate) async fn gather(self) -> Vec<Waiting> {
        others_turn().await;
        let waiting = mem::take(&mut *self.0.lock());
        // Whoever comes from now on is the first of others.
        mem::forget(self);
        waiting
    }
}

impl Drop for First<'_> {
    fn drop(&mut self) {
        for waiting in mem::take(&mut *self.0.lock()) {
            let given_up = Error::Unavailable("the request that was to take this along was given up".to_owned());
            // Who has left needs no outcome.
            let _ = waiting.outcome.send(Err(given_up));
        }
    }
}

/// Comes back once all other tasks that are ready have run, by any executor's queue.
async fn others_turn() {
    let mut asked = false;
    poll_fn(|context| {
        if mem::replace(&mut asked, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
