//! How long an instance has been computing without waiting for anything.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use wasmtime::{Store, UpdateDeadline};

use crate::engine::SLICE;

/// Counts the slices that an instance computes in a row.
///
/// An instance that waits does so by its event loop returning `Pending`; but so does one that yields at the end of a
/// slice. The callback tells the two apart for [`Busy::paused`], which sees every `Pending`.
#[derive(Default)]
pub(super) struct Busy {
    slices: AtomicU32,
    yielded: AtomicBool,
}

impl Busy {
    /// Makes `store` yield to others at the end of each slice, and trap after `deadline` in a row.
    pub(super) fn watch<T>(self: &Arc<Self>, store: &mut Store<T>, deadline: Duration) {
        let most = deadline.as_millis().div_ceil(SLICE.as_millis());
        let busy = self.clone();
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(move |_| {
            let slices = busy.slices.fetch_add(1, Relaxed);
            if slices == 0 {
                // The clock also advances while an instance waits: the first end of a slice says nothing.
                return Ok(UpdateDeadline::Continue(1));
            }
            if u128::from(slices) > most {
                return Err(wasmtime::format_err!("computed for {deadline:?} without a pause"));
            }
            busy.yielded.store(true, Relaxed);
            Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
        });
    }

    /// The instance's event loop has returned `Pending`.
    pub(super) fn paused(&self) {
        if !self.yielded.swap(false, Relaxed) {
            self.slices.store(0, Relaxed);
        }
    }
}
