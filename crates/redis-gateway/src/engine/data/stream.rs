//! A stream: entries by id, and the ids' clock, which outlives the entries.

use std::{collections::BTreeMap, fmt};

use bytes::Bytes;

/// An entry's id, `ms-seq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub(crate) struct StreamId {
    /// The part before the dash, a Unix time in ms unless the sender chose otherwise.
    pub(crate) ms: u64,
    /// The part after the dash.
    pub(crate) seq: u64,
}

impl StreamId {
    /// `0-0`: no entry has it.
    pub(crate) const ZERO: Self = Self { ms: 0, seq: 0 };
    /// The greatest.
    pub(crate) const MAX: Self = Self { ms: u64::MAX, seq: u64::MAX };

    /// The next id, unless this is the greatest.
    pub(crate) fn next(self) -> Option<Self> {
        match self.seq.checked_add(1) {
            Some(seq) => Some(Self { ms: self.ms, seq }),
            None => Some(Self { ms: self.ms.checked_add(1)?, seq: 0 }),
        }
    }

    /// The id before, unless this is `0-0`.
    pub(crate) fn previous(self) -> Option<Self> {
        match self.seq.checked_sub(1) {
            Some(seq) => Some(Self { ms: self.ms, seq }),
            None => Some(Self { ms: self.ms.checked_sub(1)?, seq: u64::MAX }),
        }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.ms, self.seq)
    }
}

/// Fields and values, in turn.
pub(crate) type Fields = Box<[Bytes]>;

/// A stream.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stream {
    entries: BTreeMap<StreamId, Fields>,
    /// The greatest id ever given.
    pub(crate) last_id: StreamId,
    /// The greatest id removed by XDEL.
    pub(crate) max_deleted_id: StreamId,
    /// How many entries were ever added.
    pub(crate) entries_added: u64,
}

impl Stream {
    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Adds an entry; the id must be greater than [`Self::last_id`].
    pub(crate) fn append(&mut self, id: StreamId, fields: Fields) {
        self.entries.insert(id, fields);
        self.last_id = id;
        self.entries_added += 1;
    }

    /// Removes an entry; true when it was there.
    pub(crate) fn delete(&mut self, id: StreamId) -> bool {
        let found = self.entries.remove(&id).is_some();
        if found {
            self.max_deleted_id = self.max_deleted_id.max(id);
        }
        found
    }

    /// Removes the oldest entry.
    pub(crate) fn pop_first(&mut self) {
        self.entries.pop_first();
    }

    /// The oldest entry.
    pub(crate) fn first(&self) -> Option<(StreamId, &Fields)> {
        self.entries.first_key_value().map(|(id, fields)| (*id, fields))
    }

    /// The newest entry.
    pub(crate) fn last(&self) -> Option<(StreamId, &Fields)> {
        self.entries.last_key_value().map(|(id, fields)| (*id, fields))
    }

    /// Entries from `start` to `end`, both included, oldest first.
    pub(crate) fn range(&self, start: StreamId, end: StreamId) -> impl DoubleEndedIterator<Item = (StreamId, &Fields)> {
        // BTreeMap refuses a range that starts behind its end.
        let range = if start <= end { Some(self.entries.range(start..=end)) } else { None };
        range.into_iter().flatten().map(|(id, fields)| (*id, fields))
    }
}
