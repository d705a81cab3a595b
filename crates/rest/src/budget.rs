//! What requests that are under way at once may take together.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use domain::{Code, Error};

/// How often one who waits asks before giving up.
const ASK_TIMES: usize = 2000;

/// Memory in bytes, or turns, that the requests of one process, or of one instance of a component, share.
///
/// The memory of an instance is limited, and running out of it ends every request in it.
#[derive(Debug)]
pub struct Budget {
    left: AtomicUsize,
}

/// A part of the budget, given back when it is dropped.
#[derive(Debug)]
pub struct Claim {
    budget: &'static Budget,
    amount: usize,
}

/// Bytes and their claim, which ends with the last of them.
struct Claimed {
    data: Vec<u8>,
    _claim: Claim,
}

impl Budget {
    /// A budget of so much.
    pub const fn new(amount: usize) -> Self {
        Self { left: AtomicUsize::new(amount) }
    }

    /// A part of the budget, once there is so much left. Those who wait ask again after each `pause`, since the tasks of a
    /// component cannot wake each other; 2000 times, then they are refused with 429.
    pub async fn claim<F: Future<Output = ()>>(
        &'static self,
        amount: usize,
        pause: impl Fn() -> F,
    ) -> Result<Claim, Error> {
        for _ in 0..ASK_TIMES {
            if let Some(claim) = self.try_claim(amount) {
                return Ok(claim);
            }
            pause().await;
        }
        Err(Error::new(Code::RateLimited, "Too many large requests at this moment; try again"))
    }

    fn try_claim(&'static self, amount: usize) -> Option<Claim> {
        self.left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(amount))
            .ok()
            .map(|_| Claim { budget: self, amount })
    }
}

impl Claim {
    /// Gives back what is beyond `amount`.
    fn shrink(&mut self, amount: usize) {
        let surplus = self.amount.saturating_sub(amount);
        self.amount -= surplus;
        self.budget.left.fetch_add(surplus, Ordering::Relaxed);
    }

    /// Keeps so much of the claim as `data` takes, and for as long as somebody has it.
    pub(crate) fn hold(mut self, data: Vec<u8>) -> Bytes {
        self.shrink(data.len());
        Bytes::from_owner(Claimed { data, _claim: self })
    }
}

impl AsRef<[u8]> for Claimed {
    fn as_ref(&self) -> &[u8] {
        &self.data
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.shrink(0);
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use super::*;

    fn left(budget: &Budget) -> usize {
        budget.left.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn what_is_not_left_is_waited_for_and_refused_in_the_end() {
        static BUDGET: Budget = Budget::new(10);
        let claim = BUDGET.claim(7, || ready(())).await.unwrap();
        let refused = BUDGET.claim(4, || ready(())).await.unwrap_err();
        assert_eq!(refused.code, Code::RateLimited);

        let held = std::cell::Cell::new(Some(claim));
        let given_back = BUDGET
            .claim(4, || {
                drop(held.take());
                ready(())
            })
            .await
            .unwrap();
        assert_eq!(left(&BUDGET), 6);
        drop(given_back);
        assert_eq!(left(&BUDGET), 10);
    }

    #[tokio::test]
    async fn bytes_keep_what_they_take_until_the_last_of_them_is_gone() {
        static BUDGET: Budget = Budget::new(10);
        let bytes = BUDGET.claim(8, || ready(())).await.unwrap().hold(b"hello".to_vec());
        assert_eq!(left(&BUDGET), 5);
        let part = bytes.slice(1..2);
        drop(bytes);
        assert_eq!((left(&BUDGET), part.as_ref()), (5, &b"e"[..]));
        drop(part);
        assert_eq!(left(&BUDGET), 10);
    }
}
