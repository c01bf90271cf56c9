use std::sync::Arc;

use super::{Batch, Columns, Decoder, FromRow, Row};
use crate::Result;

/// A place in a batch: what buffered results and streams read rows with.
#[derive(Debug, Clone)]
pub struct BatchCursor {
    /// The next row; past the last one when all are read.
    next: Row,
    /// The number of rows of the batch, which is asked for at every row.
    end: usize,
}

impl BatchCursor {
    /// Before the first row of the batch.
    #[must_use]
    pub fn new(batch: Arc<dyn Batch>) -> Self {
        Self { end: batch.len(), next: Row::at(batch, 0) }
    }

    /// The columns of the batch.
    #[must_use]
    pub fn columns(&self) -> &Arc<Columns> {
        self.next.columns()
    }

    /// The batch.
    #[must_use]
    pub fn batch(&self) -> &Arc<dyn Batch> {
        self.next.batch()
    }

    /// The index of the next row.
    #[must_use]
    pub fn position(&self) -> usize {
        self.next.index()
    }

    /// The number of rows not yet read.
    #[inline]
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.end.saturating_sub(self.position())
    }

    /// The next row.
    pub fn next_row(&mut self) -> Option<Row> {
        let row = (self.remaining() > 0).then(|| self.next.clone())?;
        self.skip(1);
        Some(row)
    }

    /// The next row where it is, if there is one left.
    pub(crate) fn next(&self) -> &Row {
        &self.next
    }

    /// The next row, decoded. A row that cannot be decoded is passed over all the same.
    pub fn next_decoded<T: FromRow>(&mut self, decoder: &Decoder<T>) -> Option<Result<T>> {
        self.read_next(|row| decoder.decode(row))
    }

    /// Reads the next row in place, without a clone of it.
    pub(crate) fn read_next<T>(&mut self, read: impl FnOnce(&Row) -> T) -> Option<T> {
        let value = (self.remaining() > 0).then(|| read(&self.next))?;
        self.skip(1);
        Some(value)
    }

    /// Adds up to `limit` rows, decoded, to `rows`.
    ///
    /// # Errors
    /// That of the first row that cannot be decoded; the cursor is then behind that row.
    pub fn decode_into<T: FromRow>(
        &mut self,
        decoder: &Decoder<T>,
        limit: usize,
        rows: &mut Vec<T>,
    ) -> Result<()> {
        let count = limit.min(self.remaining());
        rows.reserve(count);
        for _ in 0..count {
            // Each row is moved once, into its place.
            match decoder.decode(&self.next) {
                Ok(row) => rows.push(row),
                Err(error) => {
                    self.skip(1);
                    return Err(error);
                }
            }
            self.skip(1);
        }
        Ok(())
    }

    /// Passes over so many rows, or over all that are left.
    #[inline]
    pub fn skip(&mut self, rows: usize) {
        self.next.move_to(self.position().saturating_add(rows).min(self.end));
    }
}
