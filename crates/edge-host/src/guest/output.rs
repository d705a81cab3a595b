//! What components print goes to the log, line by line.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};

/// A longer line is logged in pieces of this many bytes.
const LONGEST_LINE: usize = 8 << 10;

/// A component's stdout (logged as info) or stderr (logged as a warning).
#[derive(Clone)]
pub(super) struct Output {
    pub(super) component: Arc<str>,
    pub(super) is_error: bool,
}

struct Lines {
    output: Output,
    buffer: Vec<u8>,
}

impl IsTerminal for Output {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Output {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(Lines { output: self.clone(), buffer: Vec::new() })
    }
}

impl Lines {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte == b'\n' {
                self.log();
            } else {
                self.buffer.push(byte);
                if self.buffer.len() == LONGEST_LINE {
                    self.log();
                }
            }
        }
    }

    fn log(&mut self) {
        if self.buffer.is_empty() {
            return;
        }
        let line = String::from_utf8_lossy(&self.buffer);
        let component = &*self.output.component;
        if self.output.is_error {
            tracing::warn!(component, "{line}");
        } else {
            tracing::info!(component, "{line}");
        }
        self.buffer.clear();
    }
}

impl AsyncWrite for Lines {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.write(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.log();
    }
}
