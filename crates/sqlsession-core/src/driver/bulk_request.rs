use super::{Begin, RunOptions};
use crate::bulk::{BulkRows, TableName};

/// Rows to insert into one table.
#[derive(Debug)]
#[non_exhaustive]
pub struct BulkRequest {
    /// The table, whose parts the driver quotes.
    pub table: TableName,
    /// The names of the columns, at least one, which the driver quotes.
    pub columns: Vec<String>,
    /// The rows, each with a value for each column.
    pub rows: BulkRows,
    /// A transaction to open first, as in [`Request::begin`](super::Request::begin).
    pub begin: Option<Begin>,
    /// How to run it.
    pub options: RunOptions,
}

impl BulkRequest {
    /// Rows to insert outside of any transaction of ours.
    #[must_use]
    pub fn new(table: TableName, columns: Vec<String>, rows: BulkRows) -> Self {
        Self { table, columns, rows, begin: None, options: RunOptions::default() }
    }
}
