//! The operations against real stores: a redis-server and the embedded engine, both behind the gateway.

mod world;

mod append;
mod billing;
mod check;
mod events;
mod failures;
mod images;
mod import;
mod layout;
mod pages;
mod presence;
mod quota;
mod replicas;
mod rooms;
mod together;
