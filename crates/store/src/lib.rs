//! RoomTalk's data in Redis.
//!
//! One operation is one round trip over the Upstash REST protocol. The crate knows keys, scripts, pages and events; the
//! HTTP client is a [`Transport`].

mod append;
mod batch;
mod billing;
mod check;
mod error;
mod event;
mod images;
mod import;
mod keys;
mod layout;
mod log;
#[doc(hidden)]
pub mod mutation;
mod oldest;
mod page;
mod presence;
mod quota;
mod read;
mod rooms;
pub mod scripts;
mod shape;
mod store;
#[cfg(feature = "reqwest")]
mod subscription;
mod transport;

pub use append::Appended;
pub use billing::billed;
pub use check::{Check, Durability};
pub use error::Error;
pub use event::{Action, Event, RawJson};
pub use images::Image;
pub use import::{Begun, Imported, Progress};
pub use layout::LAYOUT;
pub use page::{Cursor, Page, PageRequest, PageText, etag_matches};
pub use presence::{Entered, HubId};
pub use quota::Quota;
pub use store::{Store, StoreConfig};
#[cfg(feature = "reqwest")]
pub use subscription::{StreamError, Subscription};
#[cfg(feature = "reqwest")]
pub use transport::ReqwestTransport;
#[cfg(all(feature = "spin", target_arch = "wasm32"))]
pub use transport::SpinTransport;
pub use transport::{Transport, TransportError};
