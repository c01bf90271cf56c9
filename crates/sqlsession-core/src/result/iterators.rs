use std::fmt;

use super::ResultSet;
use crate::{
    Result,
    row::{BatchCursor, Decoder, FromRow, Row},
};

/// The rows of a result, from [`ResultSet::rows`].
#[derive(Debug)]
pub struct Rows<'s> {
    cursor: &'s mut BatchCursor,
}

impl<'s> Rows<'s> {
    pub(super) fn new(cursor: &'s mut BatchCursor) -> Self {
        Self { cursor }
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        self.cursor.next_row()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.cursor.remaining();
        (left, Some(left))
    }
}

impl ExactSizeIterator for Rows<'_> {}

/// The rows of a result, decoded one by one, from [`ResultSet::decoded`].
pub struct DecodedRows<'s, T> {
    decoder: Decoder<T>,
    cursor: &'s mut BatchCursor,
}

impl<'s, T> DecodedRows<'s, T> {
    pub(super) fn new(decoder: Decoder<T>, cursor: &'s mut BatchCursor) -> Self {
        Self { decoder, cursor }
    }
}

impl<T: FromRow> Iterator for DecodedRows<'_, T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        self.cursor.next_decoded(&self.decoder)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.cursor.remaining();
        (left, Some(left))
    }
}

impl<T: FromRow> ExactSizeIterator for DecodedRows<'_, T> {}

impl<T> fmt::Debug for DecodedRows<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodedRows").field("remaining", &self.cursor.remaining()).finish_non_exhaustive()
    }
}

/// The rows of a result in lists of one size, from [`ResultSet::partitions`].
pub struct Partitions<'s, T> {
    decoder: Decoder<T>,
    cursor: &'s mut BatchCursor,
    size: usize,
    failed: bool,
}

impl<'s, T> Partitions<'s, T> {
    pub(super) fn new(decoder: Decoder<T>, cursor: &'s mut BatchCursor, size: usize) -> Self {
        Self { decoder, cursor, size, failed: false }
    }
}

impl<T: FromRow> Iterator for Partitions<'_, T> {
    type Item = Result<Vec<T>>;

    fn next(&mut self) -> Option<Result<Vec<T>>> {
        if self.failed || self.cursor.remaining() == 0 {
            return None;
        }
        let mut rows = Vec::new();
        match self.cursor.decode_into(&self.decoder, self.size, &mut rows) {
            Ok(()) => Some(Ok(rows)),
            Err(error) => {
                self.failed = true;
                Some(Err(error))
            }
        }
    }
}

impl<T> fmt::Debug for Partitions<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Partitions").field("size", &self.size).finish_non_exhaustive()
    }
}

/// The rows of a result that is used up by it: `for row in result`.
///
/// A result that is closed or without rows gives one error.
#[derive(Debug)]
pub struct IntoRows {
    source: Result<BatchCursor, Option<crate::Error>>,
}

impl Iterator for IntoRows {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Result<Row>> {
        match &mut self.source {
            Ok(cursor) => cursor.next_row().map(Ok),
            Err(error) => error.take().map(Err),
        }
    }
}

impl IntoIterator for ResultSet {
    type Item = Result<Row>;
    type IntoIter = IntoRows;

    fn into_iter(mut self) -> IntoRows {
        IntoRows { source: self.take_cursor().map_err(Some) }
    }
}
