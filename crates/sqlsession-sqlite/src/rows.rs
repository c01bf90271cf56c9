use std::{fmt, sync::Arc};

use rusqlite::{Row, types::ValueRef as Stored};
use sqlsession_core::{
    ValueRef,
    row::{Batch, Columns},
};

/// One value of a row; text and blobs are ranges of the batch's bytes.
#[derive(Clone, Copy)]
enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text { length: u32, start: u64 },
    Blob { length: u32, start: u64 },
}

/// Rows of a result, in two allocations however many there are.
pub(crate) struct SqliteBatch {
    columns: Arc<Columns>,
    rows: usize,
    cells: Vec<Cell>,
    bytes: Vec<u8>,
}

impl fmt::Debug for SqliteBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteBatch")
            .field("columns", &self.columns)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl Batch for SqliteBatch {
    fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    fn len(&self) -> usize {
        self.rows
    }

    fn value(&self, row: usize, column: usize) -> Option<ValueRef<'_>> {
        let width = self.columns.len();
        if row >= self.rows || column >= width {
            return None;
        }
        let bytes = |start: u64, length: u32| {
            let start = usize::try_from(start).ok()?;
            self.bytes.get(start..start + usize::try_from(length).ok()?)
        };
        Some(match *self.cells.get(row * width + column)? {
            Cell::Null => ValueRef::Null,
            Cell::Integer(value) => ValueRef::I64(value),
            Cell::Real(value) => ValueRef::F64(value),
            Cell::Text { length, start } => {
                let text = bytes(start, length)?;
                // SQLite does not check what is stored as text.
                str::from_utf8(text).map_or(ValueRef::Bytes(text), ValueRef::Text)
            }
            Cell::Blob { length, start } => ValueRef::Bytes(bytes(start, length)?),
        })
    }
}

/// How much a result took last time, so that the next one is allocated once.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Size {
    cells: usize,
    bytes: usize,
}

impl Size {
    /// More than this is not reserved on a guess.
    const LIMIT: usize = 16 * 1024;
    /// Room for bytes comes in multiples of this, which spares small differences a second allocation.
    const STEP: usize = 64;

    /// What to expect after a result of this size: as much again, or little less than was expected.
    ///
    /// Values differ in length from row to row, and a vector that has to grow costs more than room that is left over.
    pub(crate) fn then(self, now: Self) -> Self {
        let falling = |size: usize| size - size / 8;
        Self { cells: now.cells, bytes: now.bytes.max(falling(self.bytes)) }
    }
}

/// Rows being read.
#[derive(Default)]
pub(crate) struct Reading {
    rows: usize,
    cells: Vec<Cell>,
    bytes: Vec<u8>,
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl Reading {
    pub(crate) fn with_size(size: Size) -> Self {
        Self {
            rows: 0,
            cells: Vec::with_capacity(size.cells.min(Size::LIMIT)),
            bytes: Vec::with_capacity(size.bytes.min(Size::LIMIT).next_multiple_of(Size::STEP)),
        }
    }

    /// Copies a row of so many columns.
    pub(crate) fn push(&mut self, row: &Row<'_>, width: usize) -> rusqlite::Result<()> {
        for column in 0..width {
            let cell = match row.get_ref(column)? {
                Stored::Null => Cell::Null,
                Stored::Integer(value) => Cell::Integer(value),
                Stored::Real(value) => Cell::Real(value),
                Stored::Text(text) => {
                    let (length, start) = self.append(text);
                    Cell::Text { length, start }
                }
                Stored::Blob(blob) => {
                    let (length, start) = self.append(blob);
                    Cell::Blob { length, start }
                }
            };
            self.cells.push(cell);
        }
        self.rows += 1;
        Ok(())
    }

    fn append(&mut self, value: &[u8]) -> (u32, u64) {
        // No value of SQLite has more than 2^31 - 1 bytes.
        let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
        let start = u64::try_from(self.bytes.len()).unwrap_or(u64::MAX);
        self.bytes.extend_from_slice(value);
        (length, start)
    }

    /// The number of rows read.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// How much memory the rows take.
    pub(crate) fn memory(&self) -> usize {
        self.bytes.len() + self.cells.len() * size_of::<Cell>()
    }

    pub(crate) fn size(&self) -> Size {
        Size { cells: self.cells.len(), bytes: self.bytes.len() }
    }

    pub(crate) fn finish(self, columns: Arc<Columns>) -> Arc<dyn Batch> {
        let Self { rows, cells, bytes } = self;
        Arc::new(SqliteBatch { columns, rows, cells, bytes })
    }
}
