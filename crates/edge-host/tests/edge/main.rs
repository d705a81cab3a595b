//! The edge host from outside: a real server, a real component, real connections.

mod bodies;
mod connections;
mod isolation;
mod outbound;
mod requests;
mod start;
mod support;
