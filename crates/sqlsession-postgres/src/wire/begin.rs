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
