//! A TCP connection that counts what was written to it and can be cut from outside.
//!
//! Socket.IO's queue counts packets, not bytes, and a single socket can't be closed in a way that makes its client come
//! back: a `disconnect` packet tells it to stay away. Both are possible one floor below, at the connection.

use std::any::Any;
use std::io;
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, ready};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

struct Shared {
    tcp: TcpStream,
    written: AtomicU64,
}

/// The handle: travels in the extensions of each request of the connection.
#[derive(Clone)]
pub(crate) struct Line(Arc<Shared>);

impl Line {
    /// `held` is dropped when the connection ends, whoever uses it by then: after an upgrade that is no longer the HTTP
    /// server.
    pub(crate) fn new(tcp: TcpStream, held: impl Send + Sync + 'static) -> (Self, LineIo) {
        let shared = Arc::new(Shared { tcp, written: AtomicU64::new(0) });
        (Self(shared.clone()), LineIo { shared, _held: Box::new(held) })
    }

    /// Bytes that the kernel took so far.
    pub(crate) fn written(&self) -> u64 {
        self.0.written.load(Relaxed)
    }

    /// Ends the connection now, in both directions. The client sees a lost transport and reconnects.
    pub(crate) fn cut(&self) {
        // An error means that it has ended already.
        let _ = SockRef::from(&self.0.tcp).shutdown(Shutdown::Both);
    }
}

/// The connection itself.
pub(crate) struct LineIo {
    shared: Arc<Shared>,
    _held: Box<dyn Any + Send + Sync>,
}

impl Drop for LineIo {
    /// Handles may outlive the connection, and with them the socket; the client must see the end now.
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = SockRef::from(&self.shared.tcp).shutdown(Shutdown::Both);
    }
}

impl AsyncRead for LineIo {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            ready!(self.shared.tcp.poll_read_ready(cx))?;
            match self.shared.tcp.try_read(buf.initialize_unfilled()) {
                Ok(n) => {
                    buf.advance(n);
                    return Poll::Ready(Ok(()));
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(e) => return Poll::Ready(Err(e)),
            }
        }
    }
}

impl LineIo {
    fn poll_send(
        &self,
        cx: &mut Context<'_>,
        send: impl Fn(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.shared.tcp.poll_write_ready(cx))?;
            match send(&self.shared.tcp) {
                Ok(n) => {
                    self.shared.written.fetch_add(n as u64, Relaxed);
                    return Poll::Ready(Ok(n));
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(e) => return Poll::Ready(Err(e)),
            }
        }
    }
}

impl AsyncWrite for LineIo {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_send(cx, |tcp| tcp.try_write(buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_send(cx, |tcp| tcp.try_write_vectored(bufs))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match SockRef::from(&self.shared.tcp).shutdown(Shutdown::Write) {
            Err(e) if e.kind() != io::ErrorKind::NotConnected => Poll::Ready(Err(e)),
            _ => Poll::Ready(Ok(())),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        (client, listener.accept().await.unwrap().0)
    }

    #[tokio::test]
    async fn it_counts_what_it_wrote_and_reads_as_usual() {
        let (mut client, server) = pair().await;
        let (line, mut io) = Line::new(server, ());
        io.write_all(b"hello").await.unwrap();
        client.write_all(b"hi").await.unwrap();
        let mut seen = [0; 5];
        client.read_exact(&mut seen).await.unwrap();
        let mut heard = [0; 2];
        io.read_exact(&mut heard).await.unwrap();
        assert_eq!((&seen, &heard, line.written()), (b"hello", b"hi", 5));
    }

    #[tokio::test]
    async fn a_cut_wakes_a_writer_that_nobody_reads_from() {
        let (_client, server) = pair().await;
        let (line, mut io) = Line::new(server, ());
        let writer = tokio::spawn(async move {
            let block = vec![0; 1 << 20];
            while io.write_all(&block).await.is_ok() {}
        });
        while line.written() == 0 {
            tokio::task::yield_now().await;
        }
        line.cut();
        writer.await.unwrap();
    }
}
