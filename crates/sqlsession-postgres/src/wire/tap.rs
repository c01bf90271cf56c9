use std::{
    future::{Ready, ready},
    io, mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

use super::{
    begin::Begin,
    description::Description,
    frames::{Frames, Piece},
    mask::Mask,
    server_state::ServerState,
};

/// How much is copied at most, to be written in one piece with a BEGIN.
const PIECE: usize = 8 * 1024;
/// As long as a Sync, and different in its first byte.
const FLUSH: &[u8] = b"H\0\0\0\x04";

/// The tags of statements that make the server forget what it has prepared, and of those that listen.
const DEALLOCATES: [&[u8]; 2] = [b"DEALLOCATE ALL\0", b"DISCARD ALL\0"];
const LISTENS: [&[u8]; 1] = [b"LISTEN\0"];

/// How far a COPY with data has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum CopyIn {
    #[default]
    None,
    /// Its data are sent, and then a Sync.
    Begun,
    /// Only the Sync is still to come.
    Ended,
}

/// A stream to the server that notes what passes: above the encryption where there is one.
#[derive(Debug)]
pub(crate) struct Tap<S> {
    stream: S,
    state: Arc<ServerState>,
    received: Frames,
    sent: Frames,
    /// What was sent last is an Execute, or something on the way to its Sync.
    executing: bool,
    /// How far a COPY with data has come.
    copy: CopyIn,
    /// What is put into a request and taken out of its answer.
    begin: Begin,
    /// What is written around it.
    piece: Vec<u8>,
    /// The server has bound what it will run: what it describes next it runs at once.
    bound: bool,
    /// The RowDescription that is wanted, of which a part is here.
    description: Option<Description>,
    /// What covers the message that is being read.
    mask: Option<Mask>,
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
            executing: false,
            copy: CopyIn::None,
            begin: Begin::default(),
            piece: Vec::new(),
            bound: false,
            description: None,
            mask: None,
        };
        (tap, state)
    }

    /// Notes what the server says, and covers or takes out what tokio-postgres is not to see. Gives how much is left.
    fn note_received(&mut self, mut bytes: &mut [u8]) -> usize {
        let mut from = 0;
        loop {
            if self.begin.is_next(&self.state) && self.received.is_between_messages() {
                let end = self.begin.find_end_of_answer(bytes, from);
                if end > from {
                    bytes.copy_within(end.., from);
                    let left = bytes.len() - (end - from);
                    bytes = &mut mem::take(&mut bytes)[..left];
                }
            }
            // Of the rows of a result nothing is noted.
            self.received.skip(b'D', bytes, &mut from);
            let start = from;
            match self.received.whole(bytes, &mut from) {
                Some((tag, body)) if !describes(tag) => {
                    self.note_answer(tag, body, body.len());
                    continue;
                }
                _ => from = start,
            }
            let Some(Piece { tag, part, length }) = self.received.next(bytes, &mut from) else {
                return bytes.len();
            };
            let part = &mut bytes[part];
            if let Some(length) = length {
                self.note_answer(tag, part, length);
            }
            if !describes(tag) {
                continue;
            }
            if let Some(mut description) = self.description.take() {
                description.append(part);
                if description.is_whole() {
                    self.state.describe(Some(description));
                } else {
                    self.description = Some(description);
                }
            }
            if let Some(mask) = &mut self.mask {
                mask.cover(part);
            }
        }
    }

    /// A message of the server begins, with this part of its body.
    fn note_answer(&mut self, tag: u8, part: &[u8], length: usize) {
        let first = part.first().copied().unwrap_or_default();
        let wanted = self.bound && matches!(tag, b'T' | b'n') && self.state.awaits_description();
        match tag {
            b'Z' => {
                self.bound = false;
                self.state.is_ready(first);
            }
            b'E' => {
                self.begin.fails(&self.state);
                self.state.refuses();
            }
            b'C' => {
                self.state.completes(first);
                match first {
                    b'D' if is_any(part, length, &DEALLOCATES) => self.state.deallocates(),
                    b'L' if is_any(part, length, &LISTENS) => self.state.listens(),
                    _ => {}
                }
            }
            b'G' if self.copy == CopyIn::None => self.state.is_stuck_now(),
            b'H' => self.state.copies_out(),
            b'2' => self.bound = true,
            b'n' if wanted => self.state.describe(None),
            b'T' if wanted => self.description = Some(Description::begin(length)),
            _ => {}
        }
        if describes(tag) {
            // Where this driver takes the types from the description tokio-postgres needs none: not all that are built in
            // are known to it.
            let all = self.description.is_some();
            self.mask = (all || self.state.masks_types()).then(|| Mask::new(tag == b'T', all));
        }
    }

    fn note_sent(&mut self, bytes: &[u8]) {
        let mut from = 0;
        loop {
            let tag = match self.sent.whole(bytes, &mut from) {
                Some((tag, _)) => tag,
                None => match self.sent.next(bytes, &mut from) {
                    Some(Piece { tag, length: Some(_), .. }) => tag,
                    Some(_) => continue,
                    None => return,
                },
            };
            self.note_request(tag);
        }
    }

    /// A message of the client begins.
    fn note_request(&mut self, tag: u8) {
        match tag {
            b'E' => self.executing = true,
            b'Q' => self.state.sent_request(),
            b'c' | b'f' => {
                if self.copy == CopyIn::None && !self.state.is_stuck() {
                    // A COPY by tokio-postgres that was refused early: it is answered twice, and expects one answer.
                    self.state.is_unclean_now();
                }
                self.copy = CopyIn::Ended;
            }
            b'S' => {
                self.executing = false;
                // That of a COPY was counted when it began.
                if mem::take(&mut self.copy) != CopyIn::Ended {
                    self.state.sent_request();
                }
            }
            _ => {}
        }
    }

    /// Where the Sync begins that comes with a COPY, if it is among these bytes.
    fn find_sync_of_copy(&self, bytes: &[u8]) -> Option<usize> {
        if !self.state.is_beginning_copy() {
            return None;
        }
        let (mut sent, mut executing, mut from) = (self.sent.clone(), self.executing, 0);
        while let Some(Piece { tag, .. }) = sent.next(bytes, &mut from) {
            match tag {
                b'S' if executing => return Some(from.saturating_sub(FLUSH.len())),
                b'E' => executing = true,
                _ => {}
            }
        }
        None
    }

    fn begin_copy(&mut self) {
        self.executing = false;
        self.copy = CopyIn::Begun;
        self.state.began_copy();
        self.state.sent_request();
    }
}

/// Whether a statement's tag is one of these. One that is cut off is if it may be.
fn is_any(tag: &[u8], length: usize, known: &[&[u8]]) -> bool {
    known.iter().any(|known| known.len() == length && known.starts_with(tag))
}

/// Whether a message of the server says what columns or parameters are.
fn describes(tag: u8) -> bool {
    matches!(tag, b'T' | b't')
}

impl<S: AsyncWrite + Unpin> Tap<S> {
    /// Writes a BEGIN into these bytes, before the message at this place, all in one piece for one packet.
    fn poll_write_begin(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
        place: usize,
    ) -> Poll<io::Result<usize>> {
        let (before, behind) = bytes.split_at(place);
        let behind = &behind[..behind.len().min(PIECE)];
        loop {
            self.piece.clear();
            for part in [before, self.begin.unsent(), behind] {
                self.piece.extend_from_slice(part);
            }
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.piece))?;
            let of_before = written.min(before.len());
            let of_begin = (written - of_before).min(self.begin.unsent().len());
            let of_behind = written - of_before - of_begin;
            self.note_sent(&before[..of_before]);
            if of_begin > 0 {
                self.begin.advance(of_begin, self.state.requests());
            }
            self.note_sent(&behind[..of_behind]);
            // To say that nothing was written would be an error, and it is not so where a piece of BEGIN was.
            if of_before + of_behind > 0 || written == 0 {
                return Poll::Ready(Ok(of_before + of_behind));
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        loop {
            ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
            let read = buf.filled().len() - before;
            let left = self.note_received(&mut buf.filled_mut()[before..]);
            buf.set_filled(before + left);
            // Nothing would mean the end.
            if left > 0 || read == 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, mut buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        match this.begin.find_place(&this.state, &this.sent, buf) {
            Some(place @ 0..PIECE) => return self.poll_write_begin(cx, buf, place),
            Some(place) => buf = &buf[..place],
            None => {}
        }
        // A server that fails before it reads data would answer this Sync and the one behind the data, which is one more
        // than tokio-postgres counts. A Flush has its answer sent as well.
        let sync = self.find_sync_of_copy(buf);
        let bytes = match sync {
            Some(0) => &FLUSH[..1],
            Some(before) => &buf[..before],
            None => buf,
        };
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.note_sent(&bytes[..written]);
        if sync == Some(0) {
            self.begin_copy();
        }
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
    use sqlsession_core::driver::ServerTransaction;
    use tokio::io::AsyncReadExt as _;

    use super::{
        super::talk::{ERROR, ROLLBACK, STARTUP, Talk, ready_for_query},
        *,
    };

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
    async fn the_sync_that_comes_with_a_copy_is_a_flush() {
        const CLOSE: &[u8] = b"C\0\0\0\x07St\0S\0\0\0\x04";
        const EXECUTE: &[u8] = b"B\0\0\0\x06\0\0E\0\0\0\x09\0\0\0\0\0";
        const SYNC: &[u8] = b"S\0\0\0\x04";
        let mut talk = Talk::start().await;
        talk.state.begins_copy();
        talk.says(&[CLOSE, EXECUTE, SYNC].concat()).await;
        let wanted = [STARTUP, CLOSE, EXECUTE, FLUSH].concat();
        let mut heard = vec![0; wanted.len()];
        talk.server.read_exact(&mut heard).await.unwrap();
        assert_eq!(heard, wanted);
        talk.hears(&ready_for_query(b'T')).await;
        assert!(!talk.state.is_answered(), "that was for the Close");
        talk.hears(b"G\0\0\0\x07\0\0\0").await;
        assert!(!talk.state.is_stuck());
        talk.says(b"d\0\0\0\x05xc\0\0\0\x04S\0\0\0\x04").await;
        assert!(!talk.state.is_answered());
        talk.hears(&ready_for_query(b'T')).await;
        assert!(talk.state.is_answered());
        talk.says(SYNC).await;
        assert!(!talk.state.is_answered(), "another one is a request again");
    }

    #[tokio::test]
    async fn a_copy_that_nobody_feeds_is_stuck() {
        let mut talk = Talk::start().await;
        talk.says(b"Q\0\0\0\x05\0").await;
        talk.hears(b"G\0\0\0\x07\0\0\0").await;
        assert!(talk.state.is_stuck() && !talk.state.is_answered());
    }

    #[tokio::test]
    async fn answers_that_nobody_asked_for_leave_the_connection_unclean() {
        const COPY: &[u8] = b"B\0\0\0\x04E\0\0\0\x04S\0\0\0\x04";
        const END: &[u8] = b"f\0\0\0\x05\0S\0\0\0\x04";
        // Refused before it has begun, before and after its end was sent.
        let mut talk = Talk::start().await;
        talk.says(COPY).await;
        talk.hears(ERROR).await;
        talk.hears(&ready_for_query(b'I')).await;
        talk.says(&[END, ROLLBACK].concat()).await;
        assert!(talk.state.is_unclean(), "what answers ROLLBACK answers something else");
        let mut talk = Talk::start().await;
        talk.says(COPY).await;
        talk.hears(b"G\0\0\0\x07\0\0\0").await;
        talk.says(END).await;
        talk.hears(ERROR).await;
        talk.hears(&ready_for_query(b'I')).await;
        assert!(!talk.state.is_unclean(), "that is how a COPY fails");
        talk.hears(&ready_for_query(b'I')).await;
        assert!(talk.state.is_unclean());
        // And stays so, whatever comes.
        talk.state.rolls_back();
        talk.says(ROLLBACK).await;
        talk.hears(&ready_for_query(b'I')).await;
        assert!(talk.state.is_unclean());
    }

    #[tokio::test]
    async fn what_forgets_what_is_prepared_and_what_listens_is_known_by_its_tag() {
        for (tag, forgets, listens) in [
            ("DEALLOCATE ALL", true, false),
            ("DISCARD ALL", true, false),
            ("DEALLOCATE", false, false),
            ("DISCARD PLANS", false, false),
            ("DECLARE CURSOR", false, false),
            ("DELETE 1234567", false, false),
            ("SELECT 1", false, false),
            ("LISTEN", false, true),
            ("LOCK TABLE", false, false),
            ("UNLISTEN", false, false),
        ] {
            let length = u32::try_from(4 + tag.len() + 1).unwrap();
            let message = [b"C", &length.to_be_bytes()[..], tag.as_bytes(), b"\0"].concat();
            let mut talk = Talk::start().await;
            talk.hears(&message).await;
            let state = &talk.state;
            assert_eq!((state.has_deallocated(), state.is_listening()), (forgets, listens), "{tag}");
            let mut talk = Talk::start().await;
            let (cut, rest) = message.split_at(9);
            talk.hears(cut).await;
            talk.hears(rest).await;
            let state = &talk.state;
            assert_eq!((state.has_deallocated(), state.is_listening()), (forgets, listens), "{tag}, cut");
        }
    }

    #[tokio::test]
    async fn a_rollback_that_fails_is_over_and_leaves_the_connection_unclean() {
        let mut talk = Talk::start().await;
        for (answer, unclean) in [(b"C\0\0\0\x0dROLLBACK\0".as_slice(), false), (ERROR, true)] {
            talk.state.rolls_back();
            assert!(!talk.state.is_answered());
            talk.says(ROLLBACK).await;
            talk.hears(answer).await;
            talk.hears(&ready_for_query(if unclean { b'E' } else { b'I' })).await;
            assert!(talk.state.is_answered());
            assert_eq!(talk.state.is_unclean(), unclean);
        }
    }
}
