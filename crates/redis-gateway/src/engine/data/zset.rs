//! A sorted set: members with scores.

use std::cmp::Ordering;

use bytes::Bytes;
use indexmap::IndexMap;

use super::sorted::{Scored, Sorted, compare};

/// A sorted set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Zset {
    scores: IndexMap<Bytes, f64>,
    sorted: Sorted,
}

impl Zset {
    /// How many members there are.
    pub(crate) fn len(&self) -> usize {
        self.scores.len()
    }

    /// The score of a member.
    pub(crate) fn score(&self, member: &[u8]) -> Option<f64> {
        self.scores.get(member).copied()
    }

    /// Sets the score of a member, which loses the sign of a zero as in Redis's compact encoding; the former one.
    pub(crate) fn insert(&mut self, member: &Bytes, score: f64) -> Option<f64> {
        let score = score + 0.0;
        let former = self.scores.insert(member.clone(), score);
        if let Some(former) = former {
            self.sorted.remove(former, member);
        }
        self.sorted.insert(score, member.clone());
        former
    }

    /// Removes a member; its score.
    pub(crate) fn remove(&mut self, member: &[u8]) -> Option<f64> {
        let score = self.scores.swap_remove(member)?;
        self.sorted.remove(score, member);
        Some(score)
    }

    /// How many members come before this one.
    pub(crate) fn rank(&self, member: &[u8]) -> Option<usize> {
        let score = self.score(member)?;
        Some(self.sorted.rank(|item| compare(item.0, &item.1, score, member) == Ordering::Less))
    }

    /// How many members come first, for which `before` holds; it must hold for a prefix.
    pub(crate) fn count_before(&self, before: impl Fn(&Scored) -> bool) -> usize {
        self.sorted.rank(before)
    }

    /// The members with ranks `start..end`, lowest first.
    pub(crate) fn range(&self, start: usize, end: usize) -> Vec<&Scored> {
        self.sorted.range(start, end)
    }

    /// The member at a place of the iteration order, which is not the score's.
    pub(crate) fn at(&self, index: usize) -> Option<(&Bytes, f64)> {
        self.scores.get_index(index).map(|(member, score)| (member, *score))
    }

    /// Every member, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Bytes, f64)> {
        self.scores.iter().map(|(member, score)| (member, *score))
    }
}
