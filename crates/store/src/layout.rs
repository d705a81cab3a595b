//! The layout of the data: a number in the store, so that no program writes into what it does not understand.
//!
//! Whoever starts on a store writes the number there, once ([`Store::claim_layout`]). A store without it is of the time before
//! it was kept, and that was layout 1. The scripts that create rooms, append messages and store images read the number with
//! what else they read, by the same command, and refuse a greater one. A message that needs nothing read (no id of its sender's,
//! no limits) asks when nothing was heard of it for [`LOOK`].

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::{Code, Error as Refusal};
use upstash::{Command, Reply};

use crate::error::Effect;
use crate::{Error, Store, Transport, keys};

/// The layout that this version writes, and the newest that it knows. It becomes greater only with a change under which an
/// older version would do damage by writing; new kinds of entries and new keys need none.
pub const LAYOUT: u64 = 1;

/// How long nobody need ask again, where asking would cost a command.
const LOOK: Duration = Duration::from_secs(30);

/// What is known of the store's layout.
#[derive(Debug, Default)]
pub(crate) struct Layout(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    looked: Option<Instant>,
    /// As the store has it, when this version does not know it.
    newer: Option<String>,
}

impl Layout {
    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is time to read it by a command of its own.
    pub(crate) fn is_due(&self) -> bool {
        let known = self.known();
        known.newer.is_some() || known.looked.is_none_or(|at| at.elapsed() >= LOOK)
    }

    /// It was read, and is known here.
    pub(crate) fn fits(&self) {
        *self.known() = Known { looked: Some(Instant::now()), newer: None };
    }

    /// It was read, and is not known here: remembers it and gives the refusal.
    pub(crate) fn newer(&self, found: &str) -> Error {
        *self.known() = Known { looked: Some(Instant::now()), newer: Some(found.to_owned()) };
        refusal(found).into()
    }

    /// Judges what GET gave.
    fn judge(&self, reply: Reply) -> Result<(), Error> {
        let found = reply.maybe_text().map_err(|error| Effect::Read.shape(&error))?;
        match found {
            Some(text) if text.parse().is_ok_and(|layout: u64| layout <= LAYOUT) => {}
            Some(text) => return Err(self.newer(&text)),
            None => {}
        }
        self.fits();
        Ok(())
    }
}

/// Why nothing is written into a store of this layout.
fn refusal(found: &str) -> Refusal {
    let shown: String = found.chars().filter(|c| !c.is_control()).take(20).collect();
    let message = format!(
        "The store has layout {shown}, and this version of RoomTalk knows layouts up to {LAYOUT}: a newer version has used it. \
         Nothing was saved"
    );
    Refusal::new(Code::StoreNewer, message)
}

impl<T: Transport> Store<T> {
    /// Writes this version's layout into a store that has none, and refuses one that this version does not know
    /// (`store_newer`). Two billed commands.
    pub async fn claim_layout(&self) -> Result<(), Error> {
        let commands =
            [Command::new("SET").arg(keys::LAYOUT).arg(LAYOUT).arg("NX"), Command::new("GET").arg(keys::LAYOUT)];
        let replies = self.pipeline(&commands, Effect::Write, self.deadline).await?;
        self.layout.judge(replies.into_iter().nth(1).unwrap_or(Reply::Nil))
    }

    /// Reads the layout and changes nothing. Refusal: `store_newer`. One billed command.
    pub async fn look_at_layout(&self) -> Result<(), Error> {
        let reply = self.read(&Command::new("GET").arg(keys::LAYOUT)).await?;
        self.layout.judge(reply)
    }

    /// Another program that uses this store told its layout.
    pub fn heard_of_layout(&self, layout: u64) {
        if layout > LAYOUT {
            let _ = self.layout.newer(&layout.to_string());
        }
    }

    /// Why nothing is written, when the store's layout, as far as it is known, is not known to this version.
    pub fn newer_layout(&self) -> Option<Refusal> {
        self.layout.known().newer.as_deref().map(refusal)
    }

    /// For writes that don't read the layout themselves.
    pub(crate) fn refuse_if_newer(&self) -> Result<(), Error> {
        self.newer_layout().map_or(Ok(()), |refusal| Err(refusal.into()))
    }
}
