use std::ops::Range;

/// The size of a message's head: its tag and its length.
pub(super) const HEAD: usize = 5;

/// Follows the messages of one direction: a tag of one byte, a length that counts itself, a body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frames {
    head: [u8; HEAD],
    /// Bytes of the head that are here. The first message of a client has no tag.
    filled: usize,
    /// Bytes of the body that are still to come.
    body: usize,
    /// Whether the body's first byte is still to come.
    at_start: bool,
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) tag: u8,
    /// Where its part of the body is among the bytes. Only a message without a body has an empty one.
    pub(crate) part: Range<usize>,
    /// The length of the whole body, if this is the message's first piece.
    pub(crate) length: Option<usize>,
}

impl Frames {
    /// What a server says, from its first message on.
    pub(crate) fn of_server() -> Self {
        Self::default()
    }

    /// What a client says, beginning with the message that starts the session.
    pub(crate) fn of_client() -> Self {
        Self { filled: 1, ..Self::default() }
    }

    /// Whether the bytes so far end with a whole message.
    #[inline]
    pub(crate) fn is_between_messages(&self) -> bool {
        self.filled == 0 && self.body == 0
    }

    /// The next piece among these bytes, from this place on, which moves behind it. `None` when more bytes are needed.
    #[inline]
    pub(crate) fn next(&mut self, bytes: &[u8], from: &mut usize) -> Option<Piece> {
        if *from == bytes.len() {
            return None;
        }
        if self.body == 0 {
            // Most heads come whole.
            match bytes.get(*from..).and_then(|rest| rest.first_chunk::<HEAD>()) {
                Some(head) if self.filled == 0 => {
                    self.head = *head;
                    *from += HEAD;
                }
                _ => self.fill_head(bytes, from)?,
            }
            let [_, length @ ..] = self.head;
            // A length counts its own four bytes; tokio-postgres refuses what says less.
            self.body = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX).saturating_sub(4);
            self.at_start = true;
        }
        let end = from.saturating_add(self.body).min(bytes.len());
        if end == *from && self.body > 0 {
            return None;
        }
        let length = std::mem::take(&mut self.at_start).then_some(self.body);
        let piece = Piece { tag: self.head[0], part: *from..end, length };
        self.body -= piece.part.len();
        *from = end;
        Some(piece)
    }

    /// The next message, its tag and its body, if it is here as a whole: moves behind it. Most messages are.
    #[inline]
    pub(crate) fn whole<'b>(&self, bytes: &'b [u8], from: &mut usize) -> Option<(u8, &'b [u8])> {
        if !self.is_between_messages() {
            return None;
        }
        let (&[tag, length @ ..], behind) = bytes.get(*from..)?.split_first_chunk::<HEAD>()?;
        let body = behind.get(..(u32::from_be_bytes(length) as usize).checked_sub(4)?)?;
        *from += HEAD + body.len();
        Some((tag, body))
    }

    /// Moves behind the messages of this tag that are here as a whole.
    #[inline]
    pub(crate) fn skip(&mut self, tag: u8, bytes: &[u8], from: &mut usize) {
        if self.body > 0 || self.filled > 0 {
            return;
        }
        while let Some([found, length @ ..]) = bytes.get(*from..).and_then(|rest| rest.first_chunk::<HEAD>())
            && *found == tag
            && let length @ 4.. = u32::from_be_bytes(*length) as usize
            && let end = from.saturating_add(length).saturating_add(1)
            && end <= bytes.len()
        {
            *from = end;
        }
    }

    /// Takes what there is of a head. `None` if some of it is still to come.
    fn fill_head(&mut self, bytes: &[u8], from: &mut usize) -> Option<()> {
        let taken = (bytes.len() - *from).min(HEAD - self.filled);
        self.head[self.filled..self.filled + taken].copy_from_slice(&bytes[*from..*from + taken]);
        self.filled += taken;
        *from += taken;
        if self.filled < HEAD {
            return None;
        }
        self.filled = 0;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(frames: &mut Frames, bytes: &[u8]) -> Vec<(u8, Option<u8>)> {
        let (mut tags, mut from) = (Vec::new(), 0);
        while let Some(Piece { tag, part, length }) = frames.next(bytes, &mut from) {
            if length.is_some() {
                tags.push((tag, bytes[part].first().copied()));
            }
        }
        assert_eq!(from, bytes.len());
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
    fn whole_messages_of_a_tag_are_skipped() {
        const ROWS: &[u8] = b"D\0\0\0\x06abD\0\0\0\x04D\0\0\0\x05cC\0\0\0\x05dD\0\0\0\x05e";
        let mut from = 0;
        Frames::of_server().skip(b'D', ROWS, &mut from);
        assert_eq!(from, 18, "up to what has another tag");
        for cut in 0..18 {
            let (mut frames, mut from) = (Frames::of_server(), 0);
            frames.skip(b'D', &ROWS[..cut], &mut from);
            assert_eq!(
                from,
                [7, 12].into_iter().filter(|end| *end <= cut).max().unwrap_or(0),
                "cut at {cut}"
            );
            // What is here of the next one is read piece by piece.
            while frames.next(&ROWS[..cut], &mut from).is_some() {}
            let mut from = 0;
            let between = frames.is_between_messages();
            frames.skip(b'D', &ROWS[cut..], &mut from);
            assert_eq!(from, if between { 18 - cut } else { 0 }, "behind {cut}");
        }
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
        for bytes in ANSWER.chunks(3) {
            let mut from = 0;
            while let Some(Piece { tag, part, .. }) = frames.next(bytes, &mut from) {
                if tag == b'C' {
                    body.extend_from_slice(&bytes[part]);
                }
            }
        }
        assert_eq!(body, b"INSERT 0\0");
    }
}
