/// Bytes that are read from front to back; `None` where there are too few.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input<'r>(&'r [u8]);

impl<'r> Input<'r> {
    pub(super) fn new(bytes: &'r [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn take(&mut self, length: usize) -> Option<&'r [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_be_bytes)
    }

    pub(super) fn i16(&mut self) -> Option<i16> {
        self.array().map(i16::from_be_bytes)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn i32(&mut self) -> Option<i32> {
        self.array().map(i32::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    pub(super) fn f64(&mut self) -> Option<f64> {
        self.array().map(f64::from_be_bytes)
    }

    /// Text that a zero byte ends.
    pub(super) fn terminated_text(&mut self) -> Option<&'r str> {
        let length = self.0.iter().position(|byte| *byte == 0)?;
        let text = str::from_utf8(self.take(length)?).ok()?;
        self.take(1)?;
        Some(text)
    }

    /// A number of things, which is not negative.
    pub(super) fn count(&mut self) -> Option<usize> {
        self.i32()?.try_into().ok()
    }

    /// A value behind its length; a length of -1 is NULL.
    pub(super) fn value(&mut self) -> Option<Option<&'r [u8]>> {
        match self.i32()? {
            -1 => Some(None),
            length => self.take(length.try_into().ok()?).map(Some),
        }
    }

    pub(super) fn remaining(&self) -> usize {
        self.0.len()
    }

    /// `Some` if all was read.
    pub(super) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}
