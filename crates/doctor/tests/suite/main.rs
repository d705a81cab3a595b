//! The doctor's visits to real stores: good ones, poor ones, and some that are none.

mod world;

mod acl;
mod clocks;
mod features;
mod settings;
mod slow;
mod sound;
mod unreachable;
