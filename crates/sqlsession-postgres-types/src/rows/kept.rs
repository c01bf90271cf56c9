use std::{fmt, sync::Arc};

use sqlsession_core::{
    ValueRef,
    row::{Batch, Columns, ComputedCells},
    value::DateTime,
};

use super::PgColumns;
use crate::Decoding;

/// Where a client keeps the bytes of its rows.
pub trait RawRow: Send + Sync + 'static {
    /// A row of the client's.
    type Row: Send + Sync + 'static;

    /// The bytes of a column in binary form, none for NULL; `None` if there is no such column.
    fn raw(row: &Self::Row, column: usize) -> Option<Option<&[u8]>>;
}

/// Rows as the client has them, for columns that are theirs.
#[must_use]
pub fn batch<R: RawRow>(columns: Arc<PgColumns>, rows: Vec<R::Row>) -> Arc<dyn Batch> {
    Arc::new(KeptBatch::<R> { columns, rows, computed: ComputedCells::default() })
}

struct KeptBatch<R: RawRow> {
    columns: Arc<PgColumns>,
    rows: Vec<R::Row>,
    computed: ComputedCells,
}

impl<R: RawRow> KeptBatch<R> {
    /// A value that is not NULL, and how it is read.
    #[inline]
    fn raw(&self, row: usize, column: usize) -> Option<(Decoding, &[u8])> {
        let reading = self.columns.readings.get(column)?;
        Some((reading.decoding, R::raw(self.rows.get(row)?, column)??))
    }
}

impl<R: RawRow> Batch for KeptBatch<R> {
    fn columns(&self) -> &Arc<Columns> {
        self.columns.columns()
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn value(&self, row: usize, column: usize) -> Option<ValueRef<'_>> {
        let reading = self.columns.readings.get(column)?;
        let Some(raw) = R::raw(self.rows.get(row)?, column)? else { return Some(ValueRef::Null) };
        Some(self.columns.value(reading, raw, (row, self.rows.len()), &self.computed))
    }

    fn integer(&self, row: usize, column: usize) -> Option<i64> {
        let (decoding, raw) = self.raw(row, column)?;
        decoding.integer(raw)
    }

    fn float(&self, row: usize, column: usize) -> Option<f64> {
        let (decoding, raw) = self.raw(row, column)?;
        decoding.float(raw)
    }

    fn text(&self, row: usize, column: usize) -> Option<&str> {
        match self.raw(row, column)? {
            (Decoding::Text, raw) => str::from_utf8(raw).ok(),
            _ => None,
        }
    }

    fn date_time(&self, row: usize, column: usize) -> Option<DateTime> {
        let (decoding, raw) = self.raw(row, column)?;
        decoding.date_time(raw)
    }
}

impl<R: RawRow> fmt::Debug for KeptBatch<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptBatch")
            .field("columns", self.columns.columns())
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}
