//! What an operation is billed: Upstash counts each command, a script as one, and each command that it calls as one more.
//!
//! Each way to the store counts what was answered, and each operation adds what its script called, which it knows by the
//! script's answer. `tests/suite/billing.rs` compares the sums with what a Redis server counts.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;

thread_local! {
    /// The bill of the operation that is being polled on this thread.
    static BILL: Cell<u64> = const { Cell::new(0) };
}

/// Adds commands to the bill of the operation that is under way.
pub(crate) fn count(commands: usize) {
    BILL.set(BILL.get() + commands as u64);
}

/// Runs an operation and gives what it was billed.
///
/// What the store left unanswered is not in it, nor are MULTI and EXEC of a transaction, and of a script that failed half-way
/// or belongs to an import only the call itself.
pub async fn billed<T>(operation: impl Future<Output = T>) -> (T, u64) {
    let mut operation = pin!(operation);
    let mut bill = 0;
    poll_fn(|context| {
        // Whatever else is polled on this thread has a bill of its own.
        let others = BILL.replace(bill);
        let polled = operation.as_mut().poll(context);
        bill = BILL.replace(others);
        polled.map(|output| (output, bill))
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;

    async fn pause() {
        let mut paused = false;
        poll_fn(|_| if std::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    #[test]
    fn operations_that_take_turns_have_a_bill_each() {
        let operation = async |commands| {
            count(commands);
            pause().await;
            count(commands);
        };
        let (mut one, mut other) = (pin!(billed(operation(1))), pin!(billed(operation(10))));
        let mut context = Context::from_waker(Waker::noop());
        assert!(one.as_mut().poll(&mut context).is_pending() && other.as_mut().poll(&mut context).is_pending());
        assert_eq!(one.as_mut().poll(&mut context), Poll::Ready(((), 2)));
        assert_eq!(other.as_mut().poll(&mut context), Poll::Ready(((), 20)));
    }
}
