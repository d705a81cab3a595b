//! The key space: keys, values, expiries.

use std::collections::BTreeSet;

use bytes::Bytes;
use indexmap::IndexMap;

use super::{Kind, Value, effects::Effects};
use crate::engine::{failure::Failure, log::snapshot};

/// A key's value and when it ends.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The value.
    pub(crate) value: Value,
    /// Unix time in ms after which the key is gone.
    pub(crate) expires_at: Option<i64>,
}

/// The key space.
#[derive(Debug, Default)]
pub(crate) struct Db {
    entries: IndexMap<Bytes, Entry>,
    /// (ms, key) of every key that expires, earliest first.
    expiries: BTreeSet<(i64, Bytes)>,
    /// Unix time in ms, fixed while a unit runs.
    pub(crate) now: i64,
    /// While the log is replayed nothing expires: the log says what did.
    pub(crate) loading: bool,
    /// What the running unit did.
    pub(crate) effects: Effects,
}

impl Db {
    /// Removes the key when its time has passed.
    pub(crate) fn expire_if_due(&mut self, key: &[u8]) {
        if self.loading {
            return;
        }
        let due = self.entries.get(key).and_then(|entry| entry.expires_at).is_some_and(|at| self.now > at);
        if due {
            self.take(key);
            self.effects.append(&[b"DEL".as_slice(), key]);
        }
    }

    /// Removes up to `limit` keys whose time has passed; true when more are waiting.
    pub(crate) fn expire_cycle(&mut self, limit: usize) -> bool {
        for _ in 0..limit {
            match self.expiries.first() {
                Some((at, key)) if *at < self.now => {
                    let key = key.clone();
                    self.expire_if_due(&key);
                }
                _ => return false,
            }
        }
        true
    }

    /// A key as it is, without expiring it: for keys that [`Self::expire_if_due`] has just seen.
    pub(crate) fn peek(&self, key: &[u8]) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// A value of the wanted type, of a key that [`Self::expire_if_due`] has just seen.
    pub(crate) fn peek_as<K: Kind>(&self, key: &[u8]) -> Result<Option<&K>, Failure> {
        self.entries.get(key).map(|entry| K::of(&entry.value).ok_or(Failure::WRONG_TYPE)).transpose()
    }

    /// A key, if it exists.
    pub(crate) fn entry(&mut self, key: &[u8]) -> Option<&Entry> {
        self.expire_if_due(key);
        self.entries.get(key)
    }

    /// Whether a key exists.
    pub(crate) fn exists(&mut self, key: &[u8]) -> bool {
        self.entry(key).is_some()
    }

    /// A value of the wanted type.
    pub(crate) fn read<K: Kind>(&mut self, key: &[u8]) -> Result<Option<&K>, Failure> {
        self.expire_if_due(key);
        self.peek_as(key)
    }

    /// A value of the wanted type, to change it. The caller says [`Self::changed`] afterwards.
    pub(crate) fn write<K: Kind>(&mut self, key: &[u8]) -> Result<Option<&mut K>, Failure> {
        self.expire_if_due(key);
        self.entries.get_mut(key).map(|entry| K::of_mut(&mut entry.value).ok_or(Failure::WRONG_TYPE)).transpose()
    }

    /// A value of the wanted type, made when the key does not exist.
    pub(crate) fn create<K: Kind>(&mut self, key: &Bytes) -> Result<&mut K, Failure> {
        self.expire_if_due(key);
        let entry =
            self.entries.entry(key.clone()).or_insert_with(|| Entry { value: K::default().wrap(), expires_at: None });
        K::of_mut(&mut entry.value).ok_or(Failure::WRONG_TYPE)
    }

    /// The value was changed by [`Self::write`] or [`Self::create`]: removes the key if it is empty now, and lets the log
    /// hold the command.
    pub(crate) fn changed<K: Kind>(&mut self, key: &[u8]) {
        if self.entries.get(key).and_then(|entry| K::of(&entry.value)).is_some_and(K::is_gone) {
            self.take(key);
        }
        self.effects.touch();
    }

    /// Sets a value, of any type; an expiry is dropped.
    pub(crate) fn set(&mut self, key: &Bytes, value: Value) {
        self.put(key, Entry { value, expires_at: None });
    }

    /// Sets a value and keeps the expiry.
    pub(crate) fn replace(&mut self, key: &Bytes, value: Value) {
        let expires_at = self.entry(key).and_then(|entry| entry.expires_at);
        self.put(key, Entry { value, expires_at });
    }

    /// Sets a value and its expiry.
    pub(crate) fn put(&mut self, key: &Bytes, entry: Entry) {
        self.forget_expiry(key);
        if let Some(at) = entry.expires_at {
            self.expiries.insert((at, key.clone()));
        }
        self.entries.insert(key.clone(), entry);
        self.effects.touch();
    }

    /// Sets or drops the expiry of a key that exists.
    pub(crate) fn set_expiry(&mut self, key: &[u8], at: Option<i64>) {
        self.forget_expiry(key);
        if let Some((_, name, entry)) = self.entries.get_full_mut(key) {
            entry.expires_at = at;
            if let Some(at) = at {
                self.expiries.insert((at, name.clone()));
            }
        }
        self.effects.touch();
    }

    /// Removes a key; its entry when it existed.
    pub(crate) fn remove(&mut self, key: &[u8]) -> Option<Entry> {
        self.expire_if_due(key);
        let entry = self.take(key)?;
        self.effects.touch();
        Some(entry)
    }

    /// Removes everything.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.expiries.clear();
        self.effects.touch();
    }

    /// How many keys there are, those included whose time has passed unnoticed.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many keys have an expiry.
    pub(crate) fn volatile(&self) -> usize {
        self.expiries.len()
    }

    /// The key at a place of the iteration order.
    pub(crate) fn at(&self, index: usize) -> Option<(&Bytes, &Entry)> {
        self.entries.get_index(index)
    }

    /// Every key.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Bytes, &Entry)> {
        self.entries.iter()
    }

    /// Whether the key has an expiry. The log is then careful: replayed on another server at a later time, such a key may be
    /// gone in the middle.
    pub(crate) fn is_volatile(&self, key: &[u8]) -> bool {
        self.entries.get(key).is_some_and(|entry| entry.expires_at.is_some())
    }

    /// Lets the log hold the key's whole state instead of the running command.
    pub(crate) fn log_state(&mut self, key: &[u8]) {
        self.effects.push(&[b"DEL".as_slice(), key]);
        if let Some((name, entry)) = self.entries.get_key_value(key) {
            let effects = &mut self.effects;
            snapshot::commands(name, entry, &mut |command| effects.push(command));
        }
    }

    /// A command ends: the log gets it as it came, unless it said otherwise. Whatever it may create is given its expiry
    /// again, in case the key is gone where the log is replayed.
    pub(crate) fn end_command(&mut self, command: &[Bytes]) {
        if self.effects.takes_verbatim() {
            self.effects.append(command);
            if let Some(key) = command.get(1) {
                self.log_expiry(key);
            }
        }
        self.effects.begin_command();
    }

    /// Lets the log repeat the key's expiry, if it has one.
    pub(crate) fn log_expiry(&mut self, key: &[u8]) {
        if let Some(at) = self.entries.get(key).and_then(|entry| entry.expires_at) {
            self.effects.append(&[b"PEXPIREAT", key, at.to_string().as_bytes()]);
        }
    }

    fn take(&mut self, key: &[u8]) -> Option<Entry> {
        let (name, entry) = self.entries.swap_remove_entry(key)?;
        if let Some(at) = entry.expires_at {
            self.expiries.remove(&(at, name));
        }
        Some(entry)
    }

    fn forget_expiry(&mut self, key: &[u8]) {
        if let Some((_, name, entry)) = self.entries.get_full_mut(key)
            && let Some(at) = entry.expires_at.take()
        {
            let name = name.clone();
            self.expiries.remove(&(at, name));
        }
    }
}
