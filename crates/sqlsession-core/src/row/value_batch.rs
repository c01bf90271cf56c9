use std::sync::Arc;

use super::{Batch, Columns};
use crate::{Error, ErrorKind, Result, Value, ValueRef};

/// Rows of owned values in memory: for tests, and for drivers that have nothing better.
///
/// ```
/// use sqlsession_core::{Value, row::{Batch, Columns, ValueBatch}};
///
/// let columns = Columns::new(["id", "name"]);
/// let batch = ValueBatch::new(columns, [vec![Value::from(1), Value::from("Ada")]])?;
/// assert_eq!(batch.len(), 1);
/// # Ok::<(), sqlsession_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ValueBatch {
    columns: Arc<Columns>,
    rows: usize,
    values: Vec<Value>,
}

impl ValueBatch {
    /// These rows, each with a value for every column.
    ///
    /// # Errors
    /// `InvalidState` if a row has more or fewer values than there are columns.
    pub fn new(columns: Arc<Columns>, rows: impl IntoIterator<Item = Vec<Value>>) -> Result<Self> {
        let mut batch = Self { columns, rows: 0, values: Vec::new() };
        for row in rows {
            batch.push(row)?;
        }
        Ok(batch)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// `InvalidState` if it has more or fewer values than there are columns.
    pub fn push(&mut self, row: Vec<Value>) -> Result<()> {
        if row.len() != self.columns.len() {
            return Err(Error::new(
                ErrorKind::InvalidState,
                format!("a row of {} values in a batch of {} columns", row.len(), self.columns.len()),
            ));
        }
        self.values.extend(row);
        self.rows += 1;
        Ok(())
    }
}

impl Batch for ValueBatch {
    fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    fn len(&self) -> usize {
        self.rows
    }

    fn value(&self, row: usize, column: usize) -> Option<ValueRef<'_>> {
        let width = self.columns.len();
        if column >= width {
            return None;
        }
        self.values.get(row.checked_mul(width)?.checked_add(column)?).map(Value::as_ref)
    }
}
