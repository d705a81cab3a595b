//! What an import did, and what it could not do.

use std::fmt;

/// Something that did not come over as it was. It names no text of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of thing.
    pub kind: Kind,
    /// The old room's id, or the old key where there is no room.
    pub place: String,
    /// Where in the old room's list of messages, from 0 as `LINDEX` counts; none when it is about the room itself.
    pub position: Option<u64>,
    /// Why, or what is different; for people.
    pub reason: String,
}

/// What a finding means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It stayed behind, in the old store alone.
    Left,
    /// It was taken, and a part of it was changed to fit.
    Changed,
    /// It was taken before, and the new store has something else in its place now, or nothing.
    Differs,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Left => "not taken",
            Kind::Changed => "changed",
            Kind::Differs => "differs",
        };
        write!(f, "{kind}: {}", self.place)?;
        if let Some(position) = self.position {
            write!(f, ", message {position}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Rooms.
    pub rooms: Count,
    /// Messages.
    pub messages: Count,
    /// Images, each place of a message counted.
    pub images: Count,
    /// Messages that were taken before and that the new room no longer keeps, so that they could not be compared.
    pub not_compared: u64,
    /// Findings of the kind [`Kind::Left`].
    pub left: u64,
    /// Findings of the kind [`Kind::Changed`].
    pub changed: u64,
    /// Findings of the kind [`Kind::Differs`].
    pub differs: u64,
}

/// How many of a kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Taken by this run.
    pub taken: u64,
    /// There already, and compared.
    pub there: u64,
}

impl Report {
    /// Whether all of the old store is in the new one.
    pub fn is_complete(&self) -> bool {
        self.left == 0 && self.differs == 0
    }

    /// Whether the run wrote nothing.
    pub fn is_idle(&self) -> bool {
        self.rooms.taken + self.messages.taken + self.images.taken == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "rooms     {}", self.rooms)?;
        writeln!(f, "messages  {}", self.messages)?;
        writeln!(f, "images    {}", self.images)?;
        if self.not_compared > 0 {
            writeln!(f, "{} messages were taken before and are no longer kept: not compared", self.not_compared)?;
        }
        for (count, what) in [
            (self.left, "not taken, and only in the old store"),
            (self.changed, "taken with a change"),
            (self.differs, "taken before, and not the same now"),
        ] {
            if count > 0 {
                writeln!(f, "{count} {what}: see above")?;
            }
        }
        match (self.is_idle(), self.is_complete()) {
            (true, true) => write!(f, "Nothing to do: all of it is there and is the same."),
            (true, false) => write!(f, "Nothing was written: what can be taken is there."),
            (false, true) => write!(f, "All of it was taken."),
            (false, false) => write!(f, "What can be taken was taken."),
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} taken, {} there already", self.taken, self.there)
    }
}

/// Who is told while an import runs.
pub trait Observer {
    /// What there is to do.
    fn begin(&mut self, rooms: u64, messages: u64);
    /// So many further messages of the old store are done with.
    fn advance(&mut self, messages: u64);
    /// Something did not come over as it was. Told once in a run.
    fn finding(&mut self, finding: &Finding);
}
