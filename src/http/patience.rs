//! How long a client may take: one that sends a byte now and then must not hold a connection for good.

use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::serve::Listener;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::{Instant, Sleep, sleep},
};

/// How long a request may take to arrive, from its first byte until it is answered.
const REQUEST_WITHIN: Duration = Duration::from_secs(5);
/// How long a connection is kept on which nothing is asked.
const IDLE_KEPT: Duration = Duration::from_secs(60);

/// Accepts connections whose clients take part in time.
pub(super) struct Patient(pub(super) TcpListener);

impl Listener for Patient {
    type Io = Timed;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Timed, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        (Timed { stream, deadline: Box::pin(sleep(IDLE_KEPT)), asking: false }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection that fails when its time is up.
pub(super) struct Timed {
    stream: TcpStream,
    deadline: Pin<Box<Sleep>>,
    /// Whether a request has begun that is not answered yet.
    asking: bool,
}

impl Timed {
    /// Whether a request is under way from now on; its time begins, or that of an idle connection.
    fn turn(&mut self, asking: bool) {
        if self.asking != asking {
            self.asking = asking;
            self.deadline.as_mut().reset(Instant::now() + if asking { REQUEST_WITHIN } else { IDLE_KEPT });
        }
    }
}

impl AsyncRead for Timed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.deadline.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(ErrorKind::TimedOut.into()));
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        if buf.filled().len() > before {
            self.turn(true);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Timed {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.turn(false);
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.turn(false);
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
