//! The writing half of a connection, for the thread that sends and for the answers to pings.

use std::io::ErrorKind;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::net::tcp::OwnedWriteHalf;

use super::frame;

/// How often a full socket is tried again, 200 µs apart: for two seconds.
const TRIES: u32 = 10_000;

/// Writes whole frames, one at a time, without a runtime.
#[derive(Debug)]
pub(crate) struct Pen(Mutex<OwnedWriteHalf>);

impl Pen {
    pub(super) fn new(half: OwnedWriteHalf) -> Self {
        Self(Mutex::new(half))
    }

    /// Writes bytes that are frames already.
    pub(super) fn write(&self, mut bytes: &[u8]) -> Result<()> {
        let half = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..TRIES {
            match half.try_write(bytes) {
                Ok(written) if written == bytes.len() => return Ok(()),
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::sleep(Duration::from_micros(200)),
                Err(error) => return Err(error.into()),
            }
        }
        bail!("the server does not read")
    }

    /// Writes a text.
    pub(crate) fn text(&self, text: &str) -> Result<()> {
        self.write(&frame::encode(frame::TEXT, text.as_bytes()))
    }
}
