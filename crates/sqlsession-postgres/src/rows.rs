use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use sqlsession_core::{
    Value, ValueRef,
    row::{Batch, Columns},
};
use tokio_postgres::{Column, Row, types::Type};

use crate::types::{Decoding, Raw, owned};

/// The columns of a result, and how each is read.
#[derive(Debug)]
pub(crate) struct PgColumns {
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
    /// The columns of a statement.
    pub(crate) fn of(columns: &[Column]) -> Arc<Self> {
        let names = Columns::new(columns.iter().map(Column::name));
        Self::new(names, columns.iter().map(|column| column.type_().clone()))
    }

    /// Columns of these names and types.
    pub(crate) fn named<'n>(columns: impl Iterator<Item = (&'n str, Type)>) -> Arc<Self> {
        let (names, types): (Vec<_>, Vec<_>) = columns.unzip();
        Self::new(Columns::new(names), types.into_iter())
    }

    fn new(columns: Arc<Columns>, types: impl Iterator<Item = Type>) -> Arc<Self> {
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
    pub(crate) fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }
}

/// Rows as tokio-postgres has them, for columns that are theirs.
pub(crate) fn batch(columns: Arc<PgColumns>, rows: Vec<Row>) -> Arc<dyn Batch> {
    Arc::new(PgBatch { columns, rows, cells: OnceLock::new() })
}

struct PgBatch {
    columns: Arc<PgColumns>,
    rows: Vec<Row>,
    /// Computed values, row by row; made when the first of them is asked for.
    cells: OnceLock<Box<[OnceLock<Value>]>>,
}

impl PgBatch {
    /// The value of a column that was computed, or is now.
    fn computed<'r>(&'r self, row: usize, reading: &Reading, raw: &'r [u8]) -> ValueRef<'r> {
        let width = self.columns.computing;
        let cells =
            self.cells.get_or_init(|| (0..self.rows.len() * width).map(|_| OnceLock::new()).collect());
        match cells.get(row * width + reading.cell) {
            Some(cell) => cell.get_or_init(|| owned(&reading.ty, raw)).as_ref(),
            None => ValueRef::Bytes(raw),
        }
    }
}

impl Batch for PgBatch {
    fn columns(&self) -> &Arc<Columns> {
        self.columns.columns()
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn value(&self, row: usize, column: usize) -> Option<ValueRef<'_>> {
        let reading = self.columns.readings.get(column)?;
        let Raw(raw) = self.rows.get(row)?.try_get(column).ok()?;
        let Some(raw) = raw else { return Some(ValueRef::Null) };
        Some(match reading.decoding.borrowed(raw) {
            Some(value) => value,
            None => self.computed(row, reading, raw),
        })
    }
}

impl fmt::Debug for PgBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PgBatch")
            .field("columns", &self.columns.columns)
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}
