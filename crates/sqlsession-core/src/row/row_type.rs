use std::{fmt, sync::Arc};

use super::{Batch, ColumnIndex, Columns, Mapping};
use crate::{Error, Result, ValueRef, value::FromValue};

/// One row of a result: a number within a shared batch, decoded only where a value is asked for.
///
/// A clone copies a pointer. It keeps the whole batch alive, so a program that keeps one row of a million keeps the
/// batch it came with; decode it into a type of your own instead.
///
/// Two rows are equal if their values are, whatever their columns are called.
#[derive(Clone)]
pub struct Row {
    batch: Arc<dyn Batch>,
    index: usize,
}

impl Row {
    /// The row at this index of the batch, from 0; `None` if there is no such row.
    #[must_use]
    pub fn new(batch: Arc<dyn Batch>, index: usize) -> Option<Self> {
        (index < batch.len()).then_some(Self { batch, index })
    }

    /// A place before or within the batch that a cursor moves; only a cursor may hold one that is past the end.
    pub(crate) fn at(batch: Arc<dyn Batch>, index: usize) -> Self {
        Self { batch, index }
    }

    pub(crate) fn index(&self) -> usize {
        self.index
    }

    pub(crate) fn move_to(&mut self, index: usize) {
        self.index = index;
    }

    pub(crate) fn batch(&self) -> &Arc<dyn Batch> {
        &self.batch
    }

    /// The value of a column, by its index from 0 or by its name.
    ///
    /// Names are compared exactly. Of two columns with one name the last wins, as in SQLAlchemy.
    ///
    /// # Errors
    /// `UndefinedColumn` if there is no such column, and what [`FromValue`] gives otherwise, with the column's name.
    pub fn get<'r, T: FromValue<'r>>(&'r self, column: impl ColumnIndex) -> Result<T> {
        self.get_at(column.position(self.columns())?)
    }

    /// As [`get`](Self::get), for an index that is known.
    #[inline]
    pub(crate) fn get_at<'r, T: FromValue<'r>>(&'r self, index: usize) -> Result<T> {
        match T::at_hand(&*self.batch, self.index, index) {
            Some(value) => Ok(value),
            None => self.get_by_value(index),
        }
    }

    #[inline(never)]
    fn get_by_value<'r, T: FromValue<'r>>(&'r self, index: usize) -> Result<T> {
        match self.batch.value(self.index, index) {
            Some(value) => T::from_value(value).map_err(|error| self.name_column(error, index)),
            None => Err(index.position(self.columns()).err().unwrap_or_else(|| no_row(self.index))),
        }
    }

    /// The value of the column at this index, from 0, as the driver has it.
    #[must_use]
    pub fn value(&self, index: usize) -> Option<ValueRef<'_>> {
        self.batch.value(self.index, index)
    }

    /// The values in order.
    pub fn values(&self) -> impl Iterator<Item = ValueRef<'_>> {
        (0..self.len()).map_while(|index| self.value(index))
    }

    /// The columns, shared by all rows of the result.
    #[must_use]
    pub fn columns(&self) -> &Arc<Columns> {
        self.batch.columns()
    }

    /// The number of columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.columns().len()
    }

    /// Whether the row has no columns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.columns().is_empty()
    }

    /// The row as a dictionary: by name, and each name once.
    #[must_use]
    pub fn mapping(&self) -> Mapping {
        Mapping::new(self.clone())
    }

    #[cold]
    pub(crate) fn name_column(&self, error: Error, index: usize) -> Error {
        error.in_column(self.columns().name(index).unwrap_or_default())
    }
}

#[cold]
fn no_row(index: usize) -> Error {
    Error::new(crate::ErrorKind::InvalidState, format!("the batch has no row {index}"))
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.values().eq(other.values())
    }
}

impl PartialEq<[crate::Value]> for Row {
    fn eq(&self, other: &[crate::Value]) -> bool {
        self.len() == other.len() && self.values().eq(other.iter().map(crate::Value::as_ref))
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Row ")?;
        f.debug_map().entries(self.columns().names().zip(self.values())).finish()
    }
}
