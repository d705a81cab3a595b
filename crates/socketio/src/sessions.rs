//! All sessions.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::lock;
use crate::session::Session;

/// Sessions by their ids.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<Box<str>, Arc<Session>>>);

impl Sessions {
    pub(crate) fn add(&self, session: &Arc<Session>) {
        lock(&self.0).insert(session.sid.clone(), session.clone());
    }

    pub(crate) fn find(&self, sid: &str) -> Option<Arc<Session>> {
        lock(&self.0).get(sid).cloned()
    }

    pub(crate) fn remove(&self, sid: &str) {
        let removed = lock(&self.0).remove(sid);
        // What it holds is let go when nobody waits for the table.
        drop(removed);
    }

    pub(crate) fn all(&self) -> Vec<Arc<Session>> {
        lock(&self.0).values().cloned().collect()
    }

    /// All sessions and what waits for each, the most first.
    pub(crate) fn by_waiting(&self) -> Vec<(u64, Arc<Session>)> {
        let mut sessions: Vec<_> = self.all().into_iter().map(|session| (session.waiting(), session)).collect();
        sessions.sort_unstable_by_key(|(waiting, _)| Reverse(*waiting));
        sessions
    }
}
