//! Moving rooms between real stores: a redis-server with the layout of v0.4, and RoomTalk's store on another one or on the
//! embedded engine.

mod corpus;
mod export;
mod findings;
mod hostile;
mod import;
mod interrupted;
mod old;
mod scanner;
mod world;
