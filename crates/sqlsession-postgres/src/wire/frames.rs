/// The size of a message's head: its tag and its length.
const HEAD: usize = 5;

/// Follows the messages of one direction: a tag of one byte, a length that counts itself, a body.
#[derive(Debug, Default)]
pub(super) struct Frames {
    head: [u8; HEAD],
    /// Bytes of the head that are here. The first message of a client has no tag.
    filled: usize,
    /// Bytes of the body that are still to come.
    body: usize,
    /// Whether the body's first byte is still to come.
    at_start: bool,
}

/// What was found in the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'b> {
    /// A message without a body.
    Empty(u8),
    /// The first part of a message's body, which is not empty, and whether it is all of it.
    First { tag: u8, body: &'b [u8], length: usize },
    /// A later part of the message's body, and whether it is the last.
    More { tag: u8, body: &'b [u8], is_last: bool },
}

impl Frames {
    /// What a server says, from its first message on.
    pub(super) fn of_server() -> Self {
        Self::default()
    }

    /// What a client says, beginning with the message that starts the session.
    pub(super) fn of_client() -> Self {
        Self { filled: 1, ..Self::default() }
    }

    /// Whether the bytes so far end with a whole message.
    pub(super) fn is_between_messages(&self) -> bool {
        self.filled == 0 && self.body == 0
    }

    /// Takes the next bytes and calls `seen` for each piece of a message in them. Messages with a tag that is not
    /// `wanted` may be left out.
    pub(super) fn feed<'b>(
        &mut self,
        mut bytes: &'b [u8],
        wanted: impl Fn(u8) -> bool,
        mut seen: impl FnMut(Piece<'b>),
    ) {
        while !bytes.is_empty() {
            if self.is_between_messages() {
                bytes = past_unwanted(bytes, &wanted);
            }
            if self.body > 0 {
                let (body, rest) = bytes.split_at(self.body.min(bytes.len()));
                let (tag, length) = (self.head[0], self.body);
                seen(if self.at_start {
                    Piece::First { tag, body, length }
                } else {
                    Piece::More { tag, body, is_last: body.len() == length }
                });
                self.at_start = false;
                self.body -= body.len();
                bytes = rest;
                continue;
            }
            let taken = bytes.len().min(HEAD - self.filled);
            self.head[self.filled..self.filled + taken].copy_from_slice(&bytes[..taken]);
            self.filled += taken;
            bytes = &bytes[taken..];
            if self.filled == HEAD {
                self.begin_body(&mut seen);
            }
        }
    }

    fn begin_body<'b>(&mut self, seen: &mut impl FnMut(Piece<'b>)) {
        let [tag, length @ ..] = self.head;
        self.body = body_length(length);
        self.at_start = true;
        self.filled = 0;
        if self.body == 0 {
            seen(Piece::Empty(tag));
        }
    }
}

/// What comes behind the messages that are whole and not wanted.
fn past_unwanted(mut bytes: &[u8], wanted: impl Fn(u8) -> bool) -> &[u8] {
    while let Some((&[tag, ref length @ ..], rest)) = bytes.split_first_chunk::<HEAD>()
        && !wanted(tag)
        && let Some(rest) = rest.get(body_length(*length)..)
    {
        bytes = rest;
    }
    bytes
}

/// A length counts its own four bytes; tokio-postgres refuses what says less.
fn body_length(length: [u8; 4]) -> usize {
    usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX).saturating_sub(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(frames: &mut Frames, bytes: &[u8]) -> Vec<(u8, Option<u8>)> {
        let mut tags = Vec::new();
        frames.feed(
            bytes,
            |_| true,
            |piece| match piece {
                Piece::Empty(tag) => tags.push((tag, None)),
                Piece::First { tag, body, .. } => tags.push((tag, body.first().copied())),
                Piece::More { .. } => {}
            },
        );
        tags
    }

    const ANSWER: &[u8] = b"C\0\0\0\x0dINSERT 0\0S\0\0\0\x04Z\0\0\0\x05T";

    #[test]
    fn messages_are_found_however_the_bytes_are_cut() {
        let whole = tags(&mut Frames::of_server(), ANSWER);
        assert_eq!(whole, [(b'C', Some(b'I')), (b'S', None), (b'Z', Some(b'T'))]);
        for cut in 0..ANSWER.len() {
            let mut frames = Frames::of_server();
            let mut found = tags(&mut frames, &ANSWER[..cut]);
            found.extend(tags(&mut frames, &ANSWER[cut..]));
            assert_eq!(found, whole, "cut at {cut}");
            assert!(frames.is_between_messages());
        }
        let mut frames = Frames::of_server();
        let one_by_one: Vec<_> = ANSWER.chunks(1).flat_map(|byte| tags(&mut frames, byte)).collect();
        assert_eq!(one_by_one, whole);
    }

    #[test]
    fn wanted_messages_are_found_behind_others() {
        for cut in 0..ANSWER.len() {
            let mut frames = Frames::of_server();
            let mut ready = Vec::new();
            for part in [&ANSWER[..cut], &ANSWER[cut..]] {
                frames.feed(
                    part,
                    |tag| tag == b'Z',
                    |piece| {
                        ready.extend(
                            matches!(piece, Piece::First { tag: b'Z', body: b"T", length: 1 }).then_some(()),
                        )
                    },
                );
            }
            assert_eq!((ready.len(), frames.is_between_messages()), (1, true), "cut at {cut}");
        }
        let mut frames = Frames::of_server();
        frames.feed(ANSWER, |_| false, |piece| panic!("{piece:?}"));
        assert!(frames.is_between_messages());
    }

    #[test]
    fn the_first_message_of_a_client_has_no_tag() {
        let mut frames = Frames::of_client();
        let found = tags(&mut frames, b"\0\0\0\x0a\0\x03\0\0u\0S\0\0\0\x04");
        assert_eq!(found, [(0, Some(0)), (b'S', None)]);
    }

    #[test]
    fn the_parts_of_a_body_are_its_bytes() {
        let mut frames = Frames::of_server();
        let mut body = Vec::new();
        for part in ANSWER.chunks(3) {
            frames.feed(
                part,
                |_| true,
                |piece| match piece {
                    Piece::First { tag: b'C', body: part, .. }
                    | Piece::More { tag: b'C', body: part, .. } => {
                        body.extend_from_slice(part);
                    }
                    _ => {}
                },
            );
        }
        assert_eq!(body, b"INSERT 0\0");
    }
}
