use std::{fmt::Debug, sync::Arc};

use super::Columns;
use crate::{ValueRef, value::DateTime};

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

    /// The [`value`](Self::value), if it is a [`ValueRef::I64`] that is had at once.
    ///
    /// This and the three below spare the way by a [`ValueRef`] where a column is read as what it is, which most are. `None`
    /// says nothing: the value is asked for.
    #[inline]
    fn integer(&self, row: usize, column: usize) -> Option<i64> {
        let _ = (row, column);
        None
    }

    /// As [`integer`](Self::integer), of a [`ValueRef::F64`].
    #[inline]
    fn float(&self, row: usize, column: usize) -> Option<f64> {
        let _ = (row, column);
        None
    }

    /// As [`integer`](Self::integer), of a [`ValueRef::Text`].
    #[inline]
    fn text(&self, row: usize, column: usize) -> Option<&str> {
        let _ = (row, column);
        None
    }

    /// As [`integer`](Self::integer), of a [`ValueRef::DateTime`].
    #[inline]
    fn date_time(&self, row: usize, column: usize) -> Option<DateTime> {
        let _ = (row, column);
        None
    }
}
