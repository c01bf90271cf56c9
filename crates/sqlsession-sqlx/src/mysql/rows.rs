use std::{fmt, sync::Arc};

use sqlsession_core::{
    ValueRef,
    row::{Batch, Columns, ComputedCells},
    value::mysql::{Field, borrowed, owned},
};
use sqlx_core::{column::Column as _, decode::Decode, error::Error as SqlxError, row::Row as _};
use sqlx_mysql::{MySql, MySqlRow};

use super::fields::Shape;
use crate::backend::Gathered;

/// sqlx's rows, which are kept as they are.
#[derive(Debug)]
pub struct MySqlRows {
    rows: Vec<MySqlRow>,
    memory: usize,
    binary: bool,
}

impl Gathered for MySqlRows {
    type Row = MySqlRow;

    fn new(binary: bool) -> Self {
        Self { rows: Vec::new(), memory: 0, binary }
    }

    fn push(&mut self, row: MySqlRow) -> Result<(), SqlxError> {
        self.memory +=
            (0..row.len()).filter_map(|column| bytes(&row, column)).map(<[u8]>::len).sum::<usize>();
        self.rows.push(row);
        Ok(())
    }

    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn memory(&self) -> usize {
        self.memory + self.rows.len() * size_of::<MySqlRow>()
    }

    fn finish(self, columns: Arc<Columns>) -> Arc<dyn Batch> {
        let described = self.rows.first().map_or(&[][..], |row| row.columns());
        let shapes = described.iter().map(|column| Shape::of(column.type_info())).collect();
        Arc::new(MySqlBatch {
            columns,
            shapes,
            rows: self.rows,
            binary: self.binary,
            cells: ComputedCells::default(),
        })
    }
}

/// The bytes of a value; none for NULL. That sqlx takes a date of zeros for NULL shows elsewhere.
fn bytes(row: &MySqlRow, column: usize) -> Option<&[u8]> {
    <&[u8] as Decode<MySql>>::decode(row.try_get_raw(column).ok()?).ok()
}

struct MySqlBatch {
    columns: Arc<Columns>,
    shapes: Box<[Shape]>,
    rows: Vec<MySqlRow>,
    /// Whether the statement was prepared.
    binary: bool,
    cells: ComputedCells,
}

impl Batch for MySqlBatch {
    fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn value(&self, row: usize, column: usize) -> Option<ValueRef<'_>> {
        let shape = self.shapes.get(column)?;
        let field = match bytes(self.rows.get(row)?, column) {
            None => Field::Null,
            Some(bytes) if self.binary => shape.binary(bytes),
            Some(bytes) => Field::Bytes(bytes),
        };
        if let Some(value) = borrowed(shape.sort, field) {
            return Some(value);
        }
        // sqlx does not tell how many digits the column has behind its seconds.
        let make = || owned(shape.sort, 0, field);
        self.cells.get((self.rows.len(), self.shapes.len()), (row, column), make).map(|value| value.as_ref())
    }
}

impl fmt::Debug for MySqlBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MySqlBatch")
            .field("columns", &self.columns)
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}
