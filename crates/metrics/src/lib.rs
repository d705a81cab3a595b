//! What RoomTalk's programs count, as Prometheus reads it.

mod kinds;
mod process;
mod text;

pub use kinds::{Counter, Gauge, Histogram};
pub use process::write as write_process;
pub use text::{CONTENT_TYPE, Labels, Text};
