//! One clock for all threads of the load.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Microseconds since the first call.
pub(crate) fn micros() -> u64 {
    u64::try_from(START.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// Sleeps this thread until then, closer than a runtime's timer would.
pub(crate) fn sleep_until(due: u64) {
    let left = due.saturating_sub(micros());
    if left > 0 {
        std::thread::sleep(Duration::from_micros(left));
    }
}
