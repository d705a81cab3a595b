//! The load: clients that are cheap enough not to be what is measured.

pub(crate) mod clock;
pub(crate) mod closed;
pub(crate) mod histogram;
pub(crate) mod socket;
