//! Latencies by the thousand, in little memory.

/// Buckets per power of two: a value is known to 1/64 of itself.
const SUB_BITS: u32 = 6;
/// Up to 2^36 µs, which is most of a day.
const BUCKETS: usize = ((36 - SUB_BITS + 1) as usize) << SUB_BITS;

/// Counts of microseconds in buckets that grow with the value.
#[derive(Debug, Clone)]
pub(crate) struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS], total: 0 }
    }
}

impl Histogram {
    pub(crate) fn add(&mut self, micros: u64) {
        self.counts[index(micros)] += 1;
        self.total += 1;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(count, more)| *count += more);
        self.total += other.total;
    }

    /// In milliseconds, of a share such as 0.99; NaN when there is nothing.
    pub(crate) fn percentile(&self, share: f64) -> f64 {
        let rank = ((self.total as f64 * share).ceil() as u64).max(1);
        let mut sum = 0;
        for (index, count) in self.counts.iter().enumerate() {
            sum += count;
            if sum >= rank {
                return middle(index) / 1e3;
            }
        }
        f64::NAN
    }
}

fn index(micros: u64) -> usize {
    let shift = (u64::BITS - micros.leading_zeros()).saturating_sub(SUB_BITS + 1);
    // The top bits of the value, without the highest once there is a shift.
    let index = (u64::from(shift) << SUB_BITS) + (micros >> shift);
    usize::try_from(index).unwrap_or(usize::MAX).min(BUCKETS - 1)
}

/// The value in the middle of a bucket.
fn middle(index: usize) -> f64 {
    let index = index as u64;
    let shift = (index >> SUB_BITS).saturating_sub(1);
    let low = (index - (shift << SUB_BITS)) << shift;
    low as f64 + ((1_u64 << shift) - 1) as f64 / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_values_are_exact() {
        for value in 0..2 << SUB_BITS {
            let found = middle(index(value));
            assert!((found - value as f64).abs() < f64::EPSILON, "{value} became {found}");
        }
    }

    #[test]
    fn large_values_are_off_by_less_than_a_hundredth() {
        for value in [129, 1_000, 12_345, 250_000, 9_999_999, 4_000_000_000] {
            let found = middle(index(value));
            assert!((found / value as f64 - 1.0).abs() < 0.01, "{value} became {found}");
        }
    }

    #[test]
    fn buckets_follow_each_other_without_a_gap() {
        let mut last = 0;
        for value in 0..100_000 {
            let index = index(value);
            assert!(index == last || index == last + 1, "{value} is in {index} after {last}");
            last = index;
        }
    }

    #[test]
    fn percentiles_are_by_rank() {
        let mut histogram = Histogram::default();
        (1..=100).for_each(|value| histogram.add(value * 1000));
        assert!((histogram.percentile(0.5) / 50.0 - 1.0).abs() < 0.01);
        assert!((histogram.percentile(0.99) / 99.0 - 1.0).abs() < 0.01);
        assert!(Histogram::default().percentile(0.5).is_nan());
    }
}
