//! A socket that the connection reads and its requests watch, and that gives
//! up on peers that do not read.

use std::io::{self, IoSlice};
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::stall::StallTimer;

/// What the system keeps of what a peer has not read yet, in bytes; it keeps
/// twice as much, or less where its own limit (`net.core.wmem_max`) is lower.
///
/// Left to itself it keeps megabytes: 64 peers that ask for files and read
/// nothing then had this server copy for 250 ms on end, and everybody else
/// wait. With a quarter of this an answer of a megabyte leaves in so many parts
/// that it costs half as much again.
const SEND_BUFFER: usize = 512 << 10;

/// How much is written before other connections have their turn, in bytes.
const WRITE_TURN: usize = 128 << 10;

/// How often a socket with unread bytes is checked again.
const CHECK: Duration = Duration::from_millis(250);

/// The socket as the transport wants it.
///
/// The reading half is its own, because only there tokio knows that a read
/// which did not fill its buffer has taken all there was, and saves the next.
pub(super) struct PeerSocket {
    read: OwnedReadHalf,
    write: Arc<OwnedWriteHalf>,
    stall: StallTimer,
    /// What was written since others had their turn.
    written: usize,
}

/// Watches the reading side of a [`PeerSocket`].
#[derive(Clone)]
pub(super) struct PeerWatch(Arc<OwnedWriteHalf>);

impl PeerSocket {
    /// A socket whose peer may read nothing for so long.
    pub(super) fn new(stream: TcpStream, write_deadline: Duration) -> (Self, PeerWatch) {
        // Answers are written whole, so waiting for more to send only delays them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection goes without TCP_NODELAY");
        }
        if let Err(error) = SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER) {
            tracing::debug!(%error, "the send buffer of a connection keeps its size");
        }
        let (read, write) = stream.into_split();
        let write = Arc::new(write);
        let watch = PeerWatch(Arc::clone(&write));
        let stall = StallTimer::after(write_deadline);
        let socket = Self {
            read,
            write,
            stall,
            written: 0,
        };
        (socket, watch)
    }

    /// Ends the sending side, however many watches there are.
    fn close(&self) -> io::Result<()> {
        let stream: &TcpStream = (*self.write).as_ref();
        SockRef::from(stream).shutdown(Shutdown::Write)
    }

    fn write_in_time(
        &mut self,
        cx: &mut Context<'_>,
        write: impl Fn(&OwnedWriteHalf) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        // A peer that pipelines requests for files could otherwise have this
        // thread copy for as long as the system takes more.
        if self.written >= WRITE_TURN {
            self.written = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let written = self.try_write(cx, write);
        self.written = match &written {
            Poll::Ready(Ok(bytes)) => self.written.saturating_add(*bytes),
            Poll::Ready(Err(_)) | Poll::Pending => 0,
        };
        self.stall.check(written, cx)
    }

    fn try_write(
        &self,
        cx: &mut Context<'_>,
        write: impl Fn(&OwnedWriteHalf) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        let stream: &TcpStream = (*self.write).as_ref();
        // Ready may be out of date; the write then clears it, and the next round
        // waits.
        loop {
            ready!(stream.poll_write_ready(cx))?;
            match write(&self.write) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }
}

impl PeerWatch {
    /// Returns when the peer has closed the connection or its sending half.
    ///
    /// The transport stops reading while bytes of the next request lie in its
    /// buffer, so it would not notice; the system does.
    pub(super) async fn closed(&self) {
        loop {
            match self.0.ready(Interest::READABLE).await {
                // A socket stays readable for as long as nobody reads from it, so
                // waiting for that again would spin.
                Ok(ready) if !ready.is_read_closed() => tokio::time::sleep(CHECK).await,
                _ => return,
            }
        }
    }

    /// Takes bytes and drops them until the peer closes or enough came.
    pub(super) async fn drain(&self, most: usize) {
        let stream: &TcpStream = (*self.0).as_ref();
        let mut scratch = vec![0; 4096];
        let mut taken = 0;
        while taken < most && stream.readable().await.is_ok() {
            match stream.try_read(&mut scratch) {
                Ok(0) => return,
                Ok(read) => taken += read,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    }
}

impl AsyncRead for PeerSocket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.read).poll_read(cx, buffer)
    }
}

impl AsyncWrite for PeerSocket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.write_in_time(cx, |half| half.try_write(bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write_in_time(cx, |half| half.try_write_vectored(parts))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// What was written is with the system already.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.close())
    }
}

/// A connection that failed has not been closed by the transport.
impl Drop for PeerSocket {
    fn drop(&mut self) {
        if let Err(error) = self.close() {
            tracing::trace!(%error, "the peer was gone before the end");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::net::TcpListener;

    use super::*;

    /// A socket and its peer, which reads nothing.
    async fn connected() -> io::Result<(PeerSocket, TcpStream)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let peer = TcpStream::connect(listener.local_addr()?).await?;
        let (stream, _) = listener.accept().await?;
        let (socket, _watch) = PeerSocket::new(stream, Duration::from_secs(30));
        Ok((socket, peer))
    }

    #[tokio::test]
    async fn the_system_keeps_a_megabyte_for_a_peer_at_most() -> io::Result<()> {
        let (socket, _peer) = connected().await?;
        let stream: &TcpStream = (*socket.write).as_ref();
        let kept = SockRef::from(stream).send_buffer_size()?;
        assert!(kept <= 1 << 20, "{kept}");
        Ok(())
    }

    #[tokio::test]
    async fn others_have_their_turn_between_large_writes() -> io::Result<()> {
        let (mut socket, _peer) = connected().await?;
        let part = vec![0; WRITE_TURN / 4];
        let mut write = async || {
            let polled = poll_fn(|cx| Poll::Ready(Pin::new(&mut socket).poll_write(cx, &part)));
            match polled.await {
                Poll::Ready(written) => written.map(Some),
                Poll::Pending => Ok(None),
            }
        };
        let mut written = 0;
        while written < WRITE_TURN {
            written += write().await?.ok_or(io::ErrorKind::WouldBlock)?;
        }
        assert_eq!(write().await?, None);
        assert!(write().await?.is_some());
        Ok(())
    }
}
