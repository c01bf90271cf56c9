use std::sync::Arc;

use crate::{
    FromRow, Result, Row,
    row::Columns,
    runtime::Executor,
    session::{RowStream as AsyncRows, TypedRows as AsyncTypedRows},
};

/// Rows as they come, in batches that are bounded in memory.
#[derive(Debug)]
pub struct RowStream<'s> {
    rows: AsyncRows<'s>,
    executor: &'s Executor,
}

impl<'s> RowStream<'s> {
    pub(super) fn new(rows: AsyncRows<'s>, executor: &'s Executor) -> Self {
        Self { rows, executor }
    }

    /// The columns; none for a statement that returns no rows.
    #[must_use]
    pub fn columns(&self) -> &Arc<Columns> {
        self.rows.columns()
    }

    /// The same rows as values of a type.
    ///
    /// # Errors
    /// When the columns do not fit the type.
    pub fn typed<T: FromRow>(self) -> Result<TypedRows<'s, T>> {
        Ok(TypedRows { rows: self.rows.typed()?, executor: self.executor })
    }
}

impl Iterator for RowStream<'_> {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        self.executor.block_on(self.rows.next()).unwrap_or_else(|error| Some(Err(error)))
    }
}

/// Rows of a [`RowStream`] as values of a type.
#[derive(Debug)]
pub struct TypedRows<'s, T> {
    rows: AsyncTypedRows<'s, T>,
    executor: &'s Executor,
}

impl<T: FromRow> Iterator for TypedRows<'_, T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        self.executor.block_on(self.rows.next()).unwrap_or_else(|error| Some(Err(error)))
    }
}
