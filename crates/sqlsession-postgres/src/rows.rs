use std::{mem, sync::Arc};

use sqlsession_core::row::Batch;
use sqlsession_postgres_types::{PackedRows, PackedSize, Raw, RawRow, batch};
use tokio_postgres::{Column, Row};

pub(crate) use sqlsession_postgres_types::PgColumns;

/// The columns of a statement.
pub(crate) fn columns_of(columns: &[Column]) -> Arc<PgColumns> {
    PgColumns::named(columns.iter().map(|column| (column.name(), column.type_().clone())))
}

/// Rows that are read one by one: the only one as it came; several of them, and those that come behind several, packed.
pub(crate) enum Rows {
    /// None so far, and how much those took that were taken before.
    None(Option<PackedSize>),
    One(Row),
    /// In a box, so that the futures that hold it are small.
    Several(Box<PackedRows>),
}

impl Default for Rows {
    fn default() -> Self {
        Self::None(None)
    }
}

impl Rows {
    /// Adds a row, of these columns if they are known.
    #[inline]
    pub(crate) fn push(&mut self, row: Row, columns: impl FnOnce() -> Option<Arc<PgColumns>>) {
        match self {
            Self::Several(packed) => pack(packed, &row),
            _ => self.begin(row, columns),
        }
    }

    #[inline(never)]
    fn begin(&mut self, row: Row, columns: impl FnOnce() -> Option<Arc<PgColumns>>) {
        let (mut packed, first) = match mem::take(self) {
            Self::None(None) => {
                *self = Self::One(row);
                return;
            }
            Self::None(Some(expected)) => (Box::new(PackedRows::new(columns(), expected)), None),
            Self::One(first) => (Box::new(PackedRows::new(columns(), PackedSize::default())), Some(first)),
            Self::Several(packed) => (packed, None),
        };
        first.iter().chain([&row]).for_each(|row| pack(&mut packed, row));
        *self = Self::Several(packed);
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::None(_) => 0,
            Self::One(_) => 1,
            Self::Several(packed) => packed.rows(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::None(_))
    }

    /// Takes all rows, and expects as many again.
    pub(crate) fn take(&mut self) -> Self {
        let expected = match self {
            Self::None(expected) => *expected,
            Self::One(_) => None,
            Self::Several(packed) => Some(packed.size()),
        };
        mem::replace(self, Self::None(expected))
    }

    /// The rows as a batch of these columns, which are theirs.
    pub(crate) fn batch(self, columns: Arc<PgColumns>) -> Arc<dyn Batch> {
        match self {
            Self::None(_) => batch::<Native>(columns, []),
            Self::One(row) => batch::<Native>(columns, [row]),
            Self::Several(packed) => packed.finish(columns),
        }
    }
}

#[inline]
pub(crate) fn pack(packed: &mut PackedRows, row: &Row) {
    packed.push(row.len(), |column| Native::raw(row, column).flatten());
}

/// tokio-postgres's rows.
pub(crate) struct Native;

impl RawRow for Native {
    type Row = Row;

    #[inline]
    fn raw(row: &Row, column: usize) -> Option<Option<&[u8]>> {
        let Raw(raw) = row.try_get(column).ok()?;
        Some(raw)
    }
}
