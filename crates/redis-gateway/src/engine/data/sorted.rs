//! A sorted list of (score, member) that knows ranks.
//!
//! It is a vector of sorted chunks: finding a place is two binary searches, a rank the sum of the chunks before it. With
//! chunks of up to 512 elements a million members make some thousand chunks.

use std::cmp::Ordering;

use bytes::Bytes;

/// A chunk that grows past this is split in two.
const CHUNK: usize = 512;

/// A score and its member.
pub(crate) type Scored = (f64, Bytes);

/// Orders by score, then by member. Scores are never NaN.
pub(crate) fn compare(a: f64, member_a: &[u8], b: f64, member_b: &[u8]) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal).then_with(|| member_a.cmp(member_b))
}

/// The list. No chunk is empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sorted {
    chunks: Vec<Vec<Scored>>,
}

impl Sorted {
    /// Adds an element that is not there.
    pub(crate) fn insert(&mut self, score: f64, member: Bytes) {
        let before = |item: &Scored| compare(item.0, &item.1, score, &member) == Ordering::Less;
        if self.chunks.is_empty() {
            self.chunks.push(vec![(score, member)]);
            return;
        }
        let at = self.chunk_of(before).min(self.chunks.len() - 1);
        let chunk = &mut self.chunks[at];
        let place = chunk.partition_point(before);
        chunk.insert(place, (score, member));
        if chunk.len() > CHUNK {
            let upper = chunk.split_off(CHUNK / 2);
            self.chunks.insert(at + 1, upper);
        }
    }

    /// Removes an element that is there.
    pub(crate) fn remove(&mut self, score: f64, member: &[u8]) {
        let before = |item: &Scored| compare(item.0, &item.1, score, member) == Ordering::Less;
        let at = self.chunk_of(before);
        if let Some(chunk) = self.chunks.get_mut(at) {
            let place = chunk.partition_point(before);
            if chunk.get(place).is_some_and(|item| item.1 == member) {
                chunk.remove(place);
                if chunk.is_empty() {
                    self.chunks.remove(at);
                }
            }
        }
    }

    /// How many elements come first, for which `before` holds; it must hold for a prefix.
    pub(crate) fn rank(&self, before: impl Fn(&Scored) -> bool) -> usize {
        let at = self.chunk_of(&before);
        let whole: usize = self.chunks[..at].iter().map(Vec::len).sum();
        whole + self.chunks.get(at).map_or(0, |chunk| chunk.partition_point(before))
    }

    /// The elements with ranks `start..end`, lowest first; ends beyond the list are cut.
    pub(crate) fn range(&self, start: usize, end: usize) -> Vec<&Scored> {
        let mut found = Vec::new();
        let mut first = 0;
        for chunk in &self.chunks {
            let last = first + chunk.len();
            if last > start && first < end {
                let from = start.saturating_sub(first);
                let to = chunk.len().min(end - first);
                if from < to {
                    found.extend(&chunk[from..to]);
                }
            }
            if last >= end {
                break;
            }
            first = last;
        }
        found
    }

    /// The first chunk with an element for which `before` does not hold.
    fn chunk_of(&self, before: impl Fn(&Scored) -> bool) -> usize {
        self.chunks.partition_point(|chunk| chunk.last().is_some_and(&before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_and_ranges_agree_with_a_plain_sorted_vector() {
        let mut sorted = Sorted::default();
        let mut plain: Vec<Scored> = Vec::new();
        for i in 0..5_000_u32 {
            let (score, member) = (f64::from(i * 7919 % 997), Bytes::from(i.to_string()));
            sorted.insert(score, member.clone());
            plain.push((score, member));
        }
        for i in (0..5_000_u32).step_by(3) {
            let (score, member) = (f64::from(i * 7919 % 997), i.to_string());
            sorted.remove(score, member.as_bytes());
            plain.retain(|item| item.1 != member.as_bytes());
        }
        plain.sort_by(|a, b| compare(a.0, &a.1, b.0, &b.1));
        assert_eq!(sorted.range(0, usize::MAX), plain.iter().collect::<Vec<_>>());
        assert_eq!(sorted.range(700, 1_900), plain[700..1_900].iter().collect::<Vec<_>>());
        for (rank, (score, member)) in plain.iter().enumerate() {
            assert_eq!(sorted.rank(|item| compare(item.0, &item.1, *score, member) == Ordering::Less), rank);
        }
    }
}
