use std::{fmt, sync::Arc};

use postgres_types::Type;
use sqlsession_core::{
    ValueRef,
    row::{Batch, Columns, ComputedCells},
};

use crate::{Decoding, owned};

/// The columns of a result, and how each is read.
#[derive(Debug)]
pub struct PgColumns {
    columns: Arc<Columns>,
    readings: Box<[Reading]>,
    /// How many columns may have computed values.
    computing: usize,
}

#[derive(Debug)]
struct Reading {
    ty: Type,
    decoding: Decoding,
    /// Which one this is of the columns that may have computed values.
    cell: usize,
}

impl PgColumns {
    /// Columns of these names and types.
    pub fn named<'n>(columns: impl Iterator<Item = (&'n str, Type)>) -> Arc<Self> {
        let (names, types): (Vec<_>, Vec<_>) = columns.unzip();
        Self::new(Columns::new(names), types.into_iter())
    }

    /// Columns of these types, in the same order.
    pub fn new(columns: Arc<Columns>, types: impl Iterator<Item = Type>) -> Arc<Self> {
        let mut computing = 0;
        let readings = types
            .map(|ty| {
                let reading = Reading { decoding: Decoding::of(&ty), ty, cell: computing };
                computing += usize::from(reading.decoding.may_compute());
                reading
            })
            .collect();
        Arc::new(Self { columns, readings, computing })
    }

    /// Their names.
    #[must_use]
    pub fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }
}

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
    Arc::new(PgBatch::<R> { columns, rows, cells: ComputedCells::default() })
}

struct PgBatch<R: RawRow> {
    columns: Arc<PgColumns>,
    rows: Vec<R::Row>,
    cells: ComputedCells,
}

impl<R: RawRow> PgBatch<R> {
    /// The value of a column that was computed, or is now.
    #[cold]
    #[inline(never)]
    fn computed<'r>(&'r self, row: usize, reading: &Reading, raw: &'r [u8]) -> ValueRef<'r> {
        let size = (self.rows.len(), self.columns.computing);
        let make = || owned(&reading.ty, raw);
        self.cells.get(size, (row, reading.cell), make).map_or(ValueRef::Bytes(raw), |value| value.as_ref())
    }
}

impl<R: RawRow> Batch for PgBatch<R> {
    fn columns(&self) -> &Arc<Columns> {
        self.columns.columns()
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn value(&self, row: usize, column: usize) -> Option<ValueRef<'_>> {
        let reading = self.columns.readings.get(column)?;
        let Some(raw) = R::raw(self.rows.get(row)?, column)? else { return Some(ValueRef::Null) };
        match reading.decoding.borrowed(raw) {
            None => Some(self.computed(row, reading, raw)),
            value => value,
        }
    }
}

impl<R: RawRow> fmt::Debug for PgBatch<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PgBatch")
            .field("columns", &self.columns.columns)
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}
