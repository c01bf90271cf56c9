use std::sync::Arc;

use super::{Batch, Columns};
use crate::ValueRef;

/// Chosen columns, or chosen rows, of another batch.
#[derive(Debug)]
pub(crate) struct BatchView {
    inner: Arc<dyn Batch>,
    columns: Arc<Columns>,
    /// The columns of `inner` to show; `None` shows them all.
    picked_columns: Option<Box<[usize]>>,
    /// The rows of `inner` to show; `None` shows them all.
    picked_rows: Option<Box<[usize]>>,
}

impl BatchView {
    /// These columns, in this order, under the names they have.
    pub(crate) fn of_columns(inner: Arc<dyn Batch>, positions: Box<[usize]>) -> Self {
        let columns =
            Columns::new(positions.iter().map(|index| inner.columns().name(*index).unwrap_or_default()));
        Self { inner, columns, picked_columns: Some(positions), picked_rows: None }
    }

    /// These rows, in this order.
    pub(crate) fn of_rows(inner: Arc<dyn Batch>, rows: Box<[usize]>) -> Self {
        let columns = Arc::clone(inner.columns());
        Self { inner, columns, picked_columns: None, picked_rows: Some(rows) }
    }
}

impl Batch for BatchView {
    fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    fn len(&self) -> usize {
        self.picked_rows.as_ref().map_or_else(|| self.inner.len(), |rows| rows.len())
    }

    fn value(&self, row: usize, column: usize) -> Option<ValueRef<'_>> {
        let row = match &self.picked_rows {
            Some(rows) => *rows.get(row)?,
            None => row,
        };
        let column = match &self.picked_columns {
            Some(columns) => *columns.get(column)?,
            None => column,
        };
        self.inner.value(row, column)
    }
}
