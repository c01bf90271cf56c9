use super::{
    frames::{Frames, HEAD, Piece},
    server_state::ServerState,
};

/// Binds what was parsed last, and has it run.
const BIND_AND_EXECUTE: &[u8] = b"B\0\0\0\x0c\0\0\0\0\0\0\0\0E\0\0\0\x09\0\0\0\0\0";
/// The answer: ParseComplete, BindComplete, CommandComplete.
const ANSWER: &[u8] = b"12C";

/// What a BEGIN is sent before, in its request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Before {
    /// What runs: what is prepared before it is not part of the transaction.
    #[default]
    Run,
    /// What is prepared under a name, or runs.
    Prepare,
}

impl Before {
    /// Whether it is sent before this message.
    pub(super) fn is(self, tag: u8, body: &[u8]) -> bool {
        match tag {
            b'B' => true,
            b'P' => self == Self::Prepare || body.first() == Some(&0),
            _ => false,
        }
    }
}

/// A BEGIN that is to be sent.
#[derive(Debug, Default)]
pub(super) struct Message {
    pub(super) bytes: Vec<u8>,
    pub(super) before: Before,
}

impl Message {
    /// Makes it run this text.
    pub(super) fn write(&mut self, sql: &str, before: Before) {
        let Self { bytes, .. } = self;
        // The length counts itself, an empty name, the text with its end, and no types of parameters.
        let length = u32::try_from(sql.len() + 8).unwrap_or(u32::MAX);
        bytes.clear();
        bytes.push(b'P');
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.push(0);
        bytes.extend_from_slice(sql.as_bytes());
        bytes.extend_from_slice(&[0; 3]);
        bytes.extend_from_slice(BIND_AND_EXECUTE);
        self.before = before;
    }
}

/// A BEGIN at the head of a request of which tokio-postgres knows the rest.
///
/// A server that refuses it passes over all that comes before the Sync, so that nothing runs outside of the transaction.
#[derive(Debug, Default)]
pub(super) struct Begin {
    message: Message,
    sent: usize,
    /// How many requests come before it, whose answers come before its own.
    requests_before: u64,
    /// What the server says to it, which is kept from tokio-postgres.
    answer: Frames,
    /// Messages of [`ANSWER`] that came.
    answered: usize,
}

impl Begin {
    /// What is still to be sent.
    pub(super) fn unsent(&self) -> &[u8] {
        &self.message.bytes[self.sent..]
    }

    /// Whether some of it was sent and some was not.
    fn is_cut(&self) -> bool {
        self.sent > 0 && self.sent < self.message.bytes.len()
    }

    /// Where the message begins that this one, or the one that waits, is to be sent before, if it is among these bytes.
    pub(super) fn find_place(&mut self, server: &ServerState, sent: &Frames, bytes: &[u8]) -> Option<usize> {
        if self.is_cut() {
            return Some(0);
        }
        let before = if self.unsent().is_empty() { server.begins_before()? } else { self.message.before };
        let (mut sent, mut from) = (sent.clone(), 0);
        while let Some(Piece { tag, part, length }) = sent.next(bytes, &mut from) {
            if length.is_some()
                && let Some(start) = part.start.checked_sub(HEAD)
                && before.is(tag, &bytes[part])
            {
                if self.unsent().is_empty() {
                    server.take_begin(&mut self.message);
                    self.sent = 0;
                }
                return Some(start);
            }
        }
        None
    }

    /// So many more bytes were sent, behind so many requests.
    pub(super) fn advance(&mut self, bytes: usize, requests: u64) {
        if self.sent == 0 {
            self.requests_before = requests;
            self.answered = 0;
        }
        self.sent += bytes;
    }

    /// Whether what the server says now may answer it.
    pub(super) fn is_next(&self, server: &ServerState) -> bool {
        self.sent > 0 && self.answered < ANSWER.len() && server.answers() >= self.requests_before
    }

    /// The server has said an error. If it was about this BEGIN, it says no more to it.
    pub(super) fn fails(&mut self, server: &ServerState) {
        if self.is_next(server) {
            self.answered = ANSWER.len();
        }
    }

    /// Where its answer ends among these bytes, or the part that is here, or where another message stands before it. They
    /// begin here with a message of the server, or go on with one of the answer.
    pub(super) fn find_end_of_answer(&mut self, bytes: &[u8], mut from: usize) -> usize {
        while let Some(tag) = ANSWER.get(self.answered)
            && (!self.answer.is_between_messages() || bytes.get(from) == Some(tag))
            && self.answer.next(bytes, &mut from).is_some()
        {
            if self.answer.is_between_messages() {
                self.answered += 1;
            }
        }
        from
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, pin::Pin, task::Poll};

    use sqlsession_core::driver::ServerTransaction;
    use tokio::io::{AsyncRead as _, AsyncReadExt as _, AsyncWriteExt as _, ReadBuf, duplex};

    use super::{
        super::{
            talk::{ERROR, ROLLBACK, STARTUP, Talk, ready_for_query},
            tap::Tap,
        },
        *,
    };

    const BEGIN: &[u8] = b"P\0\0\0\x0d\0BEGIN\0\0\0B\0\0\0\x0c\0\0\0\0\0\0\0\0E\0\0\0\x09\0\0\0\0\0";
    const BEGUN: &[u8] = b"1\0\0\0\x042\0\0\0\x04C\0\0\0\x0aBEGIN\0";
    const STATEMENT: &[u8] = b"B\0\0\0\x06\0\0E\0\0\0\x09\0\0\0\0\0S\0\0\0\x04";
    const PREPARE: &[u8] = b"P\0\0\0\x09s\0\0\0\0S\0\0\0\x04";
    const NOTICE: &[u8] = b"N\0\0\0\x06a\0";

    #[tokio::test]
    async fn a_begin_goes_out_with_the_next_statement_however_little_is_written_at_a_time() {
        for room in [1, 7, 4096] {
            let (stream, mut server) = duplex(room);
            let (mut tap, state) = Tap::new(stream);
            let heard = tokio::spawn(async move {
                let mut heard = Vec::new();
                server.read_to_end(&mut heard).await.unwrap();
                heard
            });
            tap.write_all(STARTUP).await.unwrap();
            state.begins("BEGIN", Before::Run);
            tap.write_all(ROLLBACK).await.unwrap();
            tap.write_all(&[ROLLBACK, PREPARE, STATEMENT, STATEMENT].concat()).await.unwrap();
            state.begins("BEGIN", Before::Prepare);
            tap.write_all(&[ROLLBACK, PREPARE, STATEMENT].concat()).await.unwrap();
            drop(tap);
            let wanted = [
                [STARTUP, ROLLBACK, ROLLBACK, PREPARE, BEGIN, STATEMENT, STATEMENT].concat(),
                [ROLLBACK, BEGIN, PREPARE, STATEMENT].concat(),
            ]
            .concat();
            assert_eq!(heard.await.unwrap(), wanted, "{room} bytes at a time");
        }
    }

    #[tokio::test]
    async fn a_begin_behind_more_than_a_piece_goes_out_in_its_place() {
        let (stream, mut server) = duplex(64 * 1024);
        let (mut tap, state) = Tap::new(stream);
        tap.write_all(STARTUP).await.unwrap();
        let long = [b"Q\0\0\x40\0".as_slice(), &[0; 0x4000 - 4]].concat();
        state.begins("BEGIN", Before::Run);
        tap.write_all(&[&long, STATEMENT].concat()).await.unwrap();
        drop(tap);
        let mut heard = Vec::new();
        server.read_to_end(&mut heard).await.unwrap();
        assert!(heard == [STARTUP, &long, BEGIN, STATEMENT].concat());
    }

    #[tokio::test]
    async fn a_begin_that_found_no_statement_goes_out_with_none() {
        let mut talk = Talk::start().await;
        talk.state.begins("BEGIN", Before::Run);
        talk.state.begins_no_longer();
        talk.says(STATEMENT).await;
        let mut heard = vec![0; STARTUP.len() + STATEMENT.len()];
        talk.server.read_exact(&mut heard).await.unwrap();
        assert_eq!(heard, [STARTUP, STATEMENT].concat());
    }

    #[tokio::test]
    async fn the_answer_to_a_begin_is_taken_out_however_the_bytes_are_cut() {
        // Before it stand a ROLLBACK, what was prepared, and what has failed.
        let before = [
            b"C\0\0\0\x0dROLLBACK\0".as_slice(),
            &ready_for_query(b'I'),
            b"1\0\0\0\x04t\0\0\0\x06\0\0n\0\0\0\x04",
            &ready_for_query(b'I'),
            ERROR,
            &ready_for_query(b'I'),
        ]
        .concat();
        let behind = [BEGUN, b"D\0\0\0\x06\0\0", &ready_for_query(b'T')].concat();
        let answer = [before.as_slice(), NOTICE, BEGUN, &behind].concat();
        let wanted = [before.as_slice(), NOTICE, &behind].concat();
        for size in 1..=answer.len() {
            let mut talk = Talk::start().await;
            talk.state.begins("BEGIN", Before::Run);
            talk.says(&[ROLLBACK, PREPARE, PREPARE, STATEMENT].concat()).await;
            let mut heard = Vec::new();
            for part in answer.chunks(size) {
                talk.server.write_all(part).await.unwrap();
                let mut room = [0; 256];
                let mut buf = ReadBuf::new(&mut room);
                let reading = poll_fn(|cx| Poll::Ready(Pin::new(&mut talk.tap).poll_read(cx, &mut buf)));
                let is_end = reading.await.is_ready() && buf.filled().is_empty();
                assert!(!is_end, "nothing is left of a part, which is no end");
                heard.extend_from_slice(buf.filled());
            }
            assert_eq!(heard, wanted, "in parts of {size}");
            assert!(talk.state.is_answered());
            assert_eq!(talk.state.transaction(), ServerTransaction::Open);
        }
    }

    #[tokio::test]
    async fn a_begin_that_fails_is_answered_by_an_error_alone() {
        for early in [b"".as_slice(), b"1\0\0\0\x04"] {
            let mut talk = Talk::start().await;
            talk.state.begins("BEGIN", Before::Run);
            talk.says(STATEMENT).await;
            talk.server.write_all(early).await.unwrap();
            talk.hears(ERROR).await;
            talk.hears(&ready_for_query(b'I')).await;
            assert_eq!(talk.state.transaction(), ServerTransaction::Idle);
            talk.says(STATEMENT).await;
            talk.hears(BEGUN).await;
        }
    }
}
