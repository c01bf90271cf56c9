use std::{mem, sync::Arc};

use sqlsession_core::row::Batch;
use sqlsession_postgres_types::{PackedRows, PackedSize, Raw, RawRow};
use tokio_postgres::{Column, Row};

pub(crate) use sqlsession_postgres_types::PgColumns;

/// The columns of a statement.
pub(crate) fn columns_of(columns: &[Column]) -> Arc<PgColumns> {
    PgColumns::named(columns.iter().map(|column| (column.name(), column.type_().clone())))
}

/// Rows that are read one by one: the only one as it came; several of them, and those that come behind several, packed.
#[derive(Default)]
pub(crate) struct Rows {
    /// The first, as long as no other has come.
    only: Vec<Row>,
    /// In a box, so that the futures that hold it are small.
    packed: Option<Box<PackedRows>>,
    /// How much those took that were taken before.
    expected: Option<PackedSize>,
}

impl Rows {
    /// Adds a row, of these columns if they are known.
    #[inline]
    pub(crate) fn push(&mut self, row: Row, columns: impl FnOnce() -> Option<Arc<PgColumns>>) {
        match &mut self.packed {
            Some(packed) => pack(packed, &row),
            None => self.begin(row, columns),
        }
    }

    #[inline(never)]
    fn begin(&mut self, row: Row, columns: impl FnOnce() -> Option<Arc<PgColumns>>) {
        if self.only.is_empty() && self.expected.is_none() {
            self.only.push(row);
            return;
        }
        let mut packed = Box::new(PackedRows::new(columns(), self.expected.unwrap_or_default()));
        self.only.drain(..).chain([row]).for_each(|row| pack(&mut packed, &row));
        self.packed = Some(packed);
    }

    pub(crate) fn len(&self) -> usize {
        self.packed.as_ref().map_or(self.only.len(), |packed| packed.rows())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes all rows, and expects as many again.
    pub(crate) fn take(&mut self) -> Self {
        let expected = self.packed.as_ref().map(|packed| packed.size());
        mem::replace(self, Self { expected, ..Self::default() })
    }

    /// The rows as a batch of these columns, which are theirs.
    pub(crate) fn batch(self, columns: Arc<PgColumns>) -> Arc<dyn Batch> {
        match self.packed {
            Some(packed) => packed.finish(columns),
            None => batch(columns, self.only),
        }
    }
}

/// Rows as tokio-postgres has them, for columns that are theirs.
pub(crate) fn batch(columns: Arc<PgColumns>, rows: Vec<Row>) -> Arc<dyn Batch> {
    sqlsession_postgres_types::batch::<Native>(columns, rows)
}

#[inline]
pub(crate) fn pack(packed: &mut PackedRows, row: &Row) {
    packed.push(row.len(), |column| Native::raw(row, column).flatten());
}

/// tokio-postgres's rows.
struct Native;

impl RawRow for Native {
    type Row = Row;

    #[inline]
    fn raw(row: &Row, column: usize) -> Option<Option<&[u8]>> {
        let Raw(raw) = row.try_get(column).ok()?;
        Some(raw)
    }
}
