//! Randomness for SPOP and its kin: fast, seeded by the system, not for secrets.

/// A `SplitMix64` generator.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// A generator that nobody can foresee at its start.
    pub(crate) fn new() -> Self {
        use std::hash::{BuildHasher, Hasher, RandomState};
        Self(RandomState::new().build_hasher().finish())
    }

    /// A generator that is the same each time.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// `count` different numbers below `bound`, in random order; all of them when there are fewer.
    pub(crate) fn sample(&mut self, bound: usize, count: usize) -> Vec<usize> {
        if count.saturating_mul(3) >= bound {
            let mut all: Vec<usize> = (0..bound).collect();
            for i in 0..count.min(bound) {
                let j = i + self.below(bound - i);
                all.swap(i, j);
            }
            all.truncate(count);
            return all;
        }
        let mut chosen = indexmap::IndexSet::with_capacity(count);
        while chosen.len() < count {
            chosen.insert(self.below(bound));
        }
        chosen.into_iter().collect()
    }

    /// Numbers below `bound` as commands with a count ask for them: so many different ones, or, when negative, that many
    /// which may repeat.
    pub(crate) fn choose(&mut self, bound: usize, count: i64) -> Vec<usize> {
        match usize::try_from(count) {
            Ok(count) => self.sample(bound, count),
            Err(_) => (0..count.unsigned_abs()).map(|_| self.below(bound)).collect(),
        }
    }
}
