//! One at a time, for work that takes much memory.

use std::sync::atomic::{AtomicBool, Ordering};

/// Lets one caller through at a time.
///
/// Those who wait must ask again: the tasks of a component cannot wake each other.
#[derive(Debug, Default)]
pub struct Gate(AtomicBool);

/// Being the one who is through. It ends when it is dropped.
#[derive(Debug)]
pub struct Turn<'a>(&'a Gate);

impl Gate {
    /// A gate that nobody has passed.
    pub const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// A turn, if nobody has it.
    pub fn enter(&self) -> Option<Turn<'_>> {
        let entered = self.0.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed);
        entered.is_ok().then_some(Turn(self))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.0.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_opens_again_when_the_turn_ends() {
        let gate = Gate::new();
        let turn = gate.enter();
        assert!(turn.is_some());
        assert!(gate.enter().is_none());
        drop(turn);
        assert!(gate.enter().is_some());
    }
}
