use std::{fmt, mem, ops::Range};

use crate::ValueRef;

/// The bytes of many values, one behind the other: a value is a length and where it begins.
///
/// Whether texts are valid is looked at as a whole, which is quicker than each text by itself.
pub struct Contents(State);

enum State {
    /// Valid from its beginning to its end, and so is each range between two of its characters.
    Valid(String),
    /// Something in it is not UTF-8, or nobody asks.
    Unknown(Vec<u8>),
}

impl Contents {
    /// Bytes of which some are texts, if so.
    #[must_use]
    pub fn new(bytes: Vec<u8>, has_texts: bool) -> Self {
        if !has_texts {
            return Self(State::Unknown(bytes));
        }
        Self(String::from_utf8(bytes).map_or_else(|error| State::Unknown(error.into_bytes()), State::Valid))
    }

    /// The vector, with whatever is in it.
    pub(super) fn take(&mut self) -> Vec<u8> {
        match mem::replace(&mut self.0, State::Unknown(Vec::new())) {
            State::Valid(text) => text.into_bytes(),
            State::Unknown(bytes) => bytes,
        }
    }

    /// The bytes of a value; `None` if there are not so many.
    #[inline]
    #[must_use]
    pub fn bytes(&self, start: u64, length: u32) -> Option<&[u8]> {
        self.all().get(range(start, length)?)
    }

    /// The bytes of a value that is called text, and is bytes if it is not UTF-8; `None` if there are not so many.
    #[inline]
    #[must_use]
    pub fn text(&self, start: u64, length: u32) -> Option<ValueRef<'_>> {
        match self.valid_text(start, length) {
            Some(text) => Some(ValueRef::Text(text)),
            None => self.unknown(range(start, length)?),
        }
    }

    /// As [`text`](Self::text), if all of the bytes are known to be valid.
    #[inline]
    #[must_use]
    pub fn valid_text(&self, start: u64, length: u32) -> Option<&str> {
        match &self.0 {
            State::Valid(all) => all.get(range(start, length)?),
            State::Unknown(_) => None,
        }
    }

    /// Two that are no texts may be one together.
    fn unknown(&self, range: Range<usize>) -> Option<ValueRef<'_>> {
        let bytes = self.all().get(range)?;
        Some(str::from_utf8(bytes).map_or(ValueRef::Bytes(bytes), ValueRef::Text))
    }

    fn all(&self) -> &[u8] {
        match &self.0 {
            State::Valid(text) => text.as_bytes(),
            State::Unknown(bytes) => bytes,
        }
    }
}

impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contents").field("bytes", &self.all().len()).finish_non_exhaustive()
    }
}

#[inline]
fn range(start: u64, length: u32) -> Option<Range<usize>> {
    let start = usize::try_from(start).ok()?;
    Some(start..start.checked_add(usize::try_from(length).ok()?)?)
}
