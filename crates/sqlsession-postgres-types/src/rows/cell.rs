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
    pub(super) const NULL: Self = Self { kind: Kind::Null, length: 0, place: [0; 8] };

    /// So many bytes from there on, or the long value of this number.
    #[inline]
    pub(super) fn at(kind: Kind, start: usize, length: usize) -> Self {
        // What is longer than 32 bits can say is a long value, whose length is its own.
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        Self { kind, length, place: u64::try_from(start).unwrap_or(u64::MAX).to_ne_bytes() }
    }

    /// These bytes, if they are few.
    #[inline]
    pub(super) fn few(raw: &[u8]) -> Option<Self> {
        // Most are numbers of 8 or 4 bytes, which are moved without a loop.
        let place = if let Ok(eight) = raw.try_into() {
            eight
        } else if let Ok([a, b, c, d]) = <[u8; 4]>::try_from(raw) {
            [a, b, c, d, 0, 0, 0, 0]
        } else {
            let mut place = [0; 8];
            place.get_mut(..raw.len())?.copy_from_slice(raw);
            place
        };
        Some(Self { kind: Kind::Few, length: raw.len() as u32, place })
    }

    /// The bytes that are in the cell itself.
    #[inline]
    pub(super) fn inside(&self) -> Option<&[u8]> {
        self.place.get(..usize::try_from(self.length).ok()?)
    }

    /// Where bytes begin, or the number of a long value.
    #[inline]
    pub(super) fn start(&self) -> u64 {
        u64::from_ne_bytes(self.place)
    }
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
            assert_eq!(Cell::few(&bytes[..length]).unwrap().inside(), Some(&bytes[..length]));
        }
        assert!(Cell::few(&bytes).is_none());
    }
}
