use std::{fmt, marker::PhantomData};

use super::{Columns, FromRow, Row, RowPlan};
use crate::Result;

/// Reads the rows of one result into `T`, with the names of the columns looked up once.
pub struct Decoder<T> {
    plan: RowPlan,
    target: PhantomData<fn() -> T>,
}

impl<T: FromRow> Decoder<T> {
    /// A decoder for rows of these columns.
    ///
    /// # Errors
    /// `UndefinedColumn` if `T` needs a column that is not there.
    pub fn new(columns: &Columns) -> Result<Self> {
        Ok(Self { plan: T::plan(columns)?, target: PhantomData })
    }

    /// Reads a row, which must have the columns that the decoder was made for.
    ///
    /// # Errors
    /// As [`FromRow::from_row`].
    #[inline]
    pub fn decode(&self, row: &Row) -> Result<T> {
        T::from_planned_row(row, &self.plan)
    }
}

impl<T> fmt::Debug for Decoder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder").field("plan", &self.plan).finish()
    }
}
