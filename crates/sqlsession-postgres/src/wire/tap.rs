use std::{
    future::{Ready, ready},
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

use super::{
    description::Description,
    frames::{Frames, Piece},
    mask::Mask,
    server_state::ServerState,
};

/// What is read at once where types are masked.
const PIECE: usize = 8 * 1024;

/// A stream to the server that notes what passes: above the encryption where there is one.
#[derive(Debug)]
pub(crate) struct Tap<S> {
    stream: S,
    state: Arc<ServerState>,
    received: Frames,
    sent: Frames,
    /// A RowDescription of which a part is here.
    description: Option<Description>,
    mask: Mask,
}

impl<S> Tap<S> {
    /// Taps a stream on which nothing of the protocol was said yet, but for the agreement on TLS.
    pub(crate) fn new(stream: S) -> (Self, Arc<ServerState>) {
        let state = Arc::new(ServerState::new());
        let tap = Self {
            stream,
            state: Arc::clone(&state),
            received: Frames::of_server(),
            sent: Frames::of_client(),
            description: None,
            mask: Mask::default(),
        };
        (tap, state)
    }

    fn note_received(&mut self, bytes: &[u8]) {
        let Self { state, description, received, .. } = self;
        received.feed(bytes, |piece| match piece {
            Piece::First { tag: b'Z', body, .. } => state.is_ready(body[0]),
            Piece::First { tag: b'E', .. } => state.refuses(),
            Piece::First { tag: b'G', .. } => state.began_copy_in(),
            Piece::Empty(b'n') => state.describe(None),
            Piece::First { tag: b'T', body, length } => {
                let begun = Description::begin(body, length);
                if body.len() == length {
                    state.describe(Some(begun));
                } else {
                    *description = Some(begun);
                }
            }
            Piece::More { tag: b'T', body } => {
                if let Some(begun) = description {
                    begun.append(body);
                }
            }
            // The rows come after it, so it is whole when another message begins.
            _ => {
                if description.is_some() {
                    state.describe(description.take());
                }
            }
        });
    }

    fn note_sent(&mut self, bytes: &[u8]) {
        let Self { state, sent, .. } = self;
        sent.feed(bytes, |piece| {
            if matches!(piece, Piece::Empty(b'S') | Piece::First { tag: b'Q', .. }) {
                state.sent_request();
            }
        });
    }
}

impl<S: AsyncRead + Unpin> Tap<S> {
    fn poll_stream(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }

    fn poll_masked(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        while self.mask.clear().is_empty() {
            let mut bytes = [0; PIECE];
            let mut piece = ReadBuf::new(&mut bytes);
            ready!(self.poll_stream(cx, &mut piece))?;
            if piece.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            self.mask.take(piece.filled());
        }
        let clear = self.mask.clear();
        let passed = clear.len().min(buf.remaining());
        buf.put_slice(&clear[..passed]);
        self.mask.passed(passed);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        if self.state.masks_types() {
            ready!(self.poll_masked(cx, buf))?;
        } else {
            ready!(self.poll_stream(cx, buf))?;
        }
        self.note_received(&buf.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, buf))?;
        self.note_sent(&buf[..written]);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<S: TlsStream + Unpin> TlsStream for Tap<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.stream.channel_binding()
    }
}

/// Tells tokio-postgres that the stream it was given is encrypted already.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Established;

impl<S: TlsStream + Unpin> TlsConnect<S> for Established {
    type Stream = S;
    type Error = io::Error;
    type Future = Ready<io::Result<S>>;

    fn connect(self, stream: S) -> Self::Future {
        ready(Ok(stream))
    }
}

#[cfg(test)]
mod tests {
    use std::{pin::pin, task::Waker};

    use sqlsession_core::driver::ServerTransaction;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    use super::*;

    const STARTUP: &[u8] = b"\0\0\0\x08\0\x03\0\0";
    const ERROR: &[u8] = b"E\0\0\0\x05\0";

    fn ready_for_query(status: u8) -> [u8; 6] {
        [b'Z', 0, 0, 0, 5, status]
    }

    struct Talk {
        tap: Tap<DuplexStream>,
        server: DuplexStream,
        state: Arc<ServerState>,
    }

    impl Talk {
        async fn start() -> Self {
            let (stream, server) = duplex(4096);
            let (tap, state) = Tap::new(stream);
            let mut talk = Self { tap, server, state };
            talk.says(STARTUP).await;
            talk.hears(&ready_for_query(b'I')).await;
            talk
        }

        async fn says(&mut self, bytes: &[u8]) {
            self.tap.write_all(bytes).await.unwrap();
        }

        async fn hears(&mut self, bytes: &[u8]) {
            self.server.write_all(bytes).await.unwrap();
            let mut heard = vec![0; bytes.len()];
            self.tap.read_exact(&mut heard).await.unwrap();
            assert_eq!(heard, bytes);
        }

        fn has_begun(&self) -> bool {
            let begun = pin!(self.state.has_begun());
            begun.poll(&mut Context::from_waker(Waker::noop())).is_ready()
        }
    }

    #[tokio::test]
    async fn the_state_is_that_of_the_last_answer_to_all_that_was_sent() {
        let mut talk = Talk::start().await;
        assert_eq!(talk.state.transaction(), ServerTransaction::Idle);
        assert!(talk.state.is_answered());
        talk.says(b"Q\0\0\0\x0aBEGIN\0S\0\0\0\x04").await;
        talk.hears(&ready_for_query(b'T')).await;
        assert_eq!(talk.state.transaction(), ServerTransaction::Open);
        assert!(!talk.state.is_answered(), "one of two");
        talk.hears(ERROR).await;
        assert!(!talk.state.is_answered(), "an error comes before the answer is complete");
        talk.hears(&ready_for_query(b'E')).await;
        assert!(talk.state.is_answered());
        assert_eq!(talk.state.transaction(), ServerTransaction::Failed);
    }

    #[tokio::test]
    async fn the_sync_that_a_copy_passes_over_is_not_waited_for() {
        let mut talk = Talk::start().await;
        talk.says(b"S\0\0\0\x04").await;
        talk.hears(b"G\0\0\0\x07\0\0\0").await;
        assert!(talk.state.is_copying());
        talk.says(b"c\0\0\0\x04S\0\0\0\x04").await;
        assert!(!talk.state.is_answered());
        talk.hears(&ready_for_query(b'I')).await;
        assert!(talk.state.is_answered() && !talk.state.is_copying());
    }

    #[tokio::test]
    async fn a_begin_is_answered_by_an_open_transaction_or_an_error() {
        let mut talk = Talk::start().await;
        assert!(talk.has_begun(), "none was sent");
        for answer in [b"".as_slice(), ERROR] {
            talk.state.begins();
            assert!(!talk.has_begun());
            talk.hears(&ready_for_query(b'I')).await;
            assert!(!talk.has_begun(), "that was the ROLLBACK before it");
            talk.hears(answer).await;
            talk.hears(&ready_for_query(if answer.is_empty() { b'T' } else { b'I' })).await;
            assert!(talk.has_begun());
        }
        talk.state.begins();
        talk.state.end();
        assert!(talk.has_begun(), "nobody waits for a connection that is closed");
    }
}
