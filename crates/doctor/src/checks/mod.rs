//! The checks, one file for each kind.

mod address;
mod batches;
pub(crate) mod cleanup;
mod clock;
mod encoding;
mod events;
mod eviction;
mod facts;
mod hashes;
mod latency;
mod layout;
mod operations;
mod persistence;
mod scripts;
mod server;
mod sizes;
mod sorted_sets;
mod streams;
mod strings;
mod sync_token;
mod token;

use std::pin::Pin;

use crate::failure::Failure;
use crate::finding::Outcome;
use crate::probe::Probe;

/// A check at work.
pub(crate) type Running<'a> = Pin<Box<dyn Future<Output = Result<Outcome, Failure>> + Send + 'a>>;

/// One check.
pub(crate) struct Check {
    /// As the report names it.
    pub(crate) name: &'static str,
    /// Checks of earlier stages without which this one would say nothing new.
    pub(crate) needs: &'static [&'static str],
    /// Looks. An error becomes a failure with a mend of its kind.
    pub(crate) run: fn(&Probe) -> Running<'_>,
}

/// The name of what is reported last.
pub(crate) const CLEANUP: &str = "cleanup";

const ADDRESS: &str = "address";
const TOKEN: &str = "token";
const SCRIPTS: &str = "scripts";
const STREAMS: &str = "streams";

/// The checks in stages. What measures time is alone in its own, so that no other check disturbs it.
pub(crate) const STAGES: &[&[Check]] = &[
    &[Check { name: ADDRESS, needs: &[], run: |probe| Box::pin(address::check(probe)) }],
    &[Check { name: TOKEN, needs: &[ADDRESS], run: |probe| Box::pin(token::check(probe)) }],
    &[Check { name: "latency", needs: &[TOKEN], run: |probe| Box::pin(latency::check(probe)) }],
    &[Check { name: "clock", needs: &[TOKEN], run: |probe| Box::pin(clock::check(probe)) }],
    &[
        Check { name: "server", needs: &[TOKEN], run: |probe| Box::pin(server::check(probe)) },
        Check { name: "strings", needs: &[TOKEN], run: |probe| Box::pin(strings::check(probe)) },
        Check { name: "hashes", needs: &[TOKEN], run: |probe| Box::pin(hashes::check(probe)) },
        Check { name: "sorted sets", needs: &[TOKEN], run: |probe| Box::pin(sorted_sets::check(probe)) },
        Check { name: STREAMS, needs: &[TOKEN], run: |probe| Box::pin(streams::check(probe)) },
        Check { name: "batches", needs: &[TOKEN], run: |probe| Box::pin(batches::check(probe)) },
        Check { name: "base64", needs: &[TOKEN], run: |probe| Box::pin(encoding::base64(probe)) },
        Check { name: "resp2", needs: &[TOKEN], run: |probe| Box::pin(encoding::resp2(probe)) },
        Check { name: "sync token", needs: &[TOKEN], run: |probe| Box::pin(sync_token::check(probe)) },
        Check { name: SCRIPTS, needs: &[TOKEN], run: |probe| Box::pin(scripts::check(probe)) },
        Check { name: "events", needs: &[TOKEN], run: |probe| Box::pin(events::check(probe)) },
        Check { name: "layout", needs: &[TOKEN], run: |probe| Box::pin(layout::check(probe)) },
        Check { name: "sizes", needs: &[TOKEN], run: |probe| Box::pin(sizes::check(probe)) },
        Check { name: "eviction", needs: &[TOKEN], run: |probe| Box::pin(eviction::check(probe)) },
        Check { name: "persistence", needs: &[TOKEN], run: |probe| Box::pin(persistence::check(probe)) },
    ],
    &[Check { name: "operations", needs: &[TOKEN, SCRIPTS, STREAMS], run: |probe| Box::pin(operations::check(probe)) }],
];
