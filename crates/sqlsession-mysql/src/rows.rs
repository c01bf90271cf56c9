use std::{fmt, sync::Arc};

use mysql_async::{Column, Row};
use sqlsession_core::{
    ValueRef,
    row::{Batch, Columns, ComputedCells},
    value::mysql::{Sort, borrowed, owned},
};

use crate::types::{field, sort_of};

/// The columns of a result, and what each holds.
#[derive(Debug)]
pub(crate) struct MyColumns {
    columns: Arc<Columns>,
    readings: Box<[Reading]>,
    /// How many columns may have computed values.
    computing: usize,
    /// What this was made of.
    described: Arc<[Column]>,
}

#[derive(Debug)]
struct Reading {
    sort: Sort,
    /// Digits behind the seconds.
    digits: u8,
    /// Which one this is of the columns that may have computed values.
    cell: usize,
}

impl MyColumns {
    pub(crate) fn of(described: Arc<[Column]>) -> Arc<Self> {
        let columns = Columns::new(described.iter().map(Column::name_str));
        let mut computing = 0;
        let readings = described
            .iter()
            .map(|column| {
                let reading = Reading { sort: sort_of(column), digits: column.decimals(), cell: computing };
                computing += usize::from(reading.sort.may_compute());
                reading
            })
            .collect();
        Arc::new(Self { columns, readings, computing, described })
    }

    /// Whether they are of this description.
    pub(crate) fn are(&self, described: &Arc<[Column]>) -> bool {
        Arc::ptr_eq(&self.described, described) || self.described == *described
    }
}

/// Rows as mysql_async has them, for columns that are theirs.
pub(crate) fn batch(columns: Arc<MyColumns>, rows: Vec<Row>) -> Arc<dyn Batch> {
    Arc::new(MyBatch { columns, rows, cells: ComputedCells::default() })
}

struct MyBatch {
    columns: Arc<MyColumns>,
    rows: Vec<Row>,
    cells: ComputedCells,
}

impl MyBatch {
    /// The value of a column that was computed, or is now.
    #[cold]
    fn computed(&self, row: usize, reading: &Reading, raw: &mysql_async::Value) -> ValueRef<'_> {
        let size = (self.rows.len(), self.columns.computing);
        let make = || owned(reading.sort, reading.digits, field(raw));
        self.cells.get(size, (row, reading.cell), make).map_or(ValueRef::Null, |value| value.as_ref())
    }
}

impl Batch for MyBatch {
    fn columns(&self) -> &Arc<Columns> {
        &self.columns.columns
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn value(&self, row: usize, column: usize) -> Option<ValueRef<'_>> {
        let reading = self.columns.readings.get(column)?;
        let raw = self.rows.get(row)?.as_ref(column)?;
        Some(borrowed(reading.sort, field(raw)).unwrap_or_else(|| self.computed(row, reading, raw)))
    }
}

impl fmt::Debug for MyBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MyBatch")
            .field("columns", &self.columns.columns)
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}
