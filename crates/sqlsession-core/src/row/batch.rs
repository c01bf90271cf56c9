use std::{fmt::Debug, sync::Arc};

use super::Columns;
use crate::ValueRef;

/// Rows as a driver keeps them: decoded only when a value is asked for.
///
/// A row is a batch and a number, so a driver may put a whole result into one buffer.
pub trait Batch: Debug + Send + Sync {
    /// The columns, shared by all batches of a result.
    fn columns(&self) -> &Arc<Columns>;

    /// The number of rows.
    fn len(&self) -> usize;

    /// Whether there are no rows.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value in this row and column, both from 0; `None` if there is no such row or column.
    ///
    /// A type the driver does not know is text or bytes, never an error.
    fn value(&self, row: usize, column: usize) -> Option<ValueRef<'_>>;
}
