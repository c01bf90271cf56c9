/// Where the bytes of a value are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    /// So many bytes, in the cell.
    Few,
    /// So many of the texts, from there on.
    Text,
    /// So many of the bytes, from there on.
    Bytes,
    /// The long value of this number.
    Long,
}

/// A value of a row, in 16 bytes of the same shape whatever it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) kind: Kind,
    pub(super) length: u32,
    /// Few bytes, or where others are.
    place: [u8; 8],
}

impl Cell {
    /// A value of so many bytes: where they are, or the bytes themselves if they are [few].
    #[inline]
    pub(super) fn new(kind: Kind, length: usize, place: u64) -> Self {
        // What is longer than 32 bits can say is a long value, whose length is its own.
        Self { kind, length: u32::try_from(length).unwrap_or(u32::MAX), place: place.to_le_bytes() }
    }

    /// The bytes that are in the cell itself.
    #[inline]
    pub(super) fn inside(&self) -> Option<&[u8]> {
        self.place.get(..usize::try_from(self.length).ok()?)
    }

    /// Where bytes begin, or the number of a long value.
    #[inline]
    pub(super) fn start(&self) -> u64 {
        u64::from_le_bytes(self.place)
    }
}

/// What a cell has of few bytes; `None` if they are too many.
#[inline]
pub(super) fn few(raw: &[u8]) -> Option<u64> {
    // Most are numbers of 8 or 4 bytes, which are moved at once.
    if let Ok(eight) = raw.try_into() {
        return Some(u64::from_le_bytes(eight));
    }
    if let Ok(four) = raw.try_into() {
        return Some(u32::from_le_bytes(four).into());
    }
    let mut place = [0; 8];
    place.get_mut(..raw.len())?.copy_from_slice(raw);
    Some(u64::from_le_bytes(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_small() {
        assert_eq!(size_of::<Cell>(), 16);
    }

    #[test]
    fn few_bytes_are_as_they_were() {
        let bytes: Vec<u8> = (1..=9).collect();
        for length in 0..=8 {
            let cell = Cell::new(Kind::Few, length, few(&bytes[..length]).unwrap());
            assert_eq!(cell.inside(), Some(&bytes[..length]));
        }
        assert!(few(&bytes).is_none());
    }
}
