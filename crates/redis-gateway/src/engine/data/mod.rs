//! What a key can hold.

mod db;
mod effects;
mod sorted;
mod stream;
mod zset;

use std::collections::VecDeque;

use bytes::Bytes;
use indexmap::{IndexMap, IndexSet};

pub(crate) use db::{Db, Entry};
pub(crate) use sorted::compare;
pub(crate) use stream::{Fields, Stream, StreamId};
pub(crate) use zset::Zset;

/// A list, its head first.
pub(crate) type List = VecDeque<Bytes>;
/// A set in insertion order.
pub(crate) type Set = IndexSet<Bytes>;
/// A hash in insertion order.
pub(crate) type Hash = IndexMap<Bytes, Bytes>;

/// Up to this many elements a removal keeps the order of the others, as Redis's compact encodings do; beyond it the
/// last element takes the removed one's place, in constant time.
const ORDERED_REMOVAL: usize = 512;

/// The value of a key.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// A string.
    Str(Bytes),
    /// A list.
    List(List),
    /// A set.
    Set(Set),
    /// A hash.
    Hash(Hash),
    /// A sorted set.
    Zset(Zset),
    /// A stream.
    Stream(Stream),
}

impl Value {
    /// The type's name as TYPE says it.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Str(_) => "string",
            Self::List(_) => "list",
            Self::Set(_) => "set",
            Self::Hash(_) => "hash",
            Self::Zset(_) => "zset",
            Self::Stream(_) => "stream",
        }
    }
}

/// One of the types inside [`Value`].
pub(crate) trait Kind: Default {
    /// The value, when it is of this type.
    fn of(value: &Value) -> Option<&Self>;
    /// The same, to change it.
    fn of_mut(value: &mut Value) -> Option<&mut Self>;
    /// The value.
    fn wrap(self) -> Value;
    /// Whether its key must go: an empty collection does not exist.
    fn is_gone(&self) -> bool;
}

macro_rules! kind {
    ($type:ty, $variant:ident, $gone:expr) => {
        impl Kind for $type {
            fn of(value: &Value) -> Option<&Self> {
                if let Value::$variant(inner) = value { Some(inner) } else { None }
            }
            fn of_mut(value: &mut Value) -> Option<&mut Self> {
                if let Value::$variant(inner) = value { Some(inner) } else { None }
            }
            fn wrap(self) -> Value {
                Value::$variant(self)
            }
            fn is_gone(&self) -> bool {
                let gone: fn(&Self) -> bool = $gone;
                gone(self)
            }
        }
    };
}

kind!(Bytes, Str, |_| false);
kind!(List, List, |list| list.is_empty());
kind!(Set, Set, |set| set.is_empty());
kind!(Hash, Hash, |hash| hash.is_empty());
kind!(Zset, Zset, |zset| zset.len() == 0);
kind!(Stream, Stream, |_| false);

/// Removes a field of a hash.
pub(crate) fn hash_remove(hash: &mut Hash, field: &[u8]) -> Option<Bytes> {
    if hash.len() <= ORDERED_REMOVAL { hash.shift_remove(field) } else { hash.swap_remove(field) }
}

/// Removes a member of a set; true when it was there.
pub(crate) fn set_remove(set: &mut Set, member: &[u8]) -> bool {
    if set.len() <= ORDERED_REMOVAL { set.shift_remove(member) } else { set.swap_remove(member) }
}
