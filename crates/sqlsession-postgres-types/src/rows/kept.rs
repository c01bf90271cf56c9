use std::{fmt, marker::PhantomData, sync::Arc};

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

/// Rows as the client has them, for columns that are theirs: a vector of them, or an array.
#[must_use]
pub fn batch<R: RawRow>(
    columns: Arc<PgColumns>,
    rows: impl AsRef<[R::Row]> + Send + Sync + 'static,
) -> Arc<dyn Batch> {
    Arc::new(KeptBatch { columns, rows, computed: ComputedCells::default(), client: PhantomData::<R> })
}

struct KeptBatch<R, K> {
    columns: Arc<PgColumns>,
    rows: K,
    computed: ComputedCells,
    client: PhantomData<R>,
}

impl<R: RawRow, K: AsRef<[R::Row]>> KeptBatch<R, K> {
    #[inline]
    fn rows(&self) -> &[R::Row] {
        self.rows.as_ref()
    }

    /// A value that is not NULL, and how it is read.
    #[inline]
    fn raw(&self, row: usize, column: usize) -> Option<(Decoding, &[u8])> {
        let reading = self.columns.readings.get(column)?;
        Some((reading.decoding, R::raw(self.rows().get(row)?, column)??))
    }
}

impl<R: RawRow, K: AsRef<[R::Row]> + Send + Sync> Batch for KeptBatch<R, K> {
    fn columns(&self) -> &Arc<Columns> {
        self.columns.columns()
    }

    fn len(&self) -> usize {
        self.rows().len()
    }

    fn value(&self, row: usize, column: usize) -> Option<ValueRef<'_>> {
        let reading = self.columns.readings.get(column)?;
        let Some(raw) = R::raw(self.rows().get(row)?, column)? else { return Some(ValueRef::Null) };
        Some(self.columns.value(reading, raw, (row, self.rows().len()), &self.computed))
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

impl<R: RawRow, K: AsRef<[R::Row]>> fmt::Debug for KeptBatch<R, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptBatch")
            .field("columns", self.columns.columns())
            .field("rows", &self.rows().len())
            .finish_non_exhaustive()
    }
}
