use std::sync::Arc;

use crate::row::Batch;

/// What a statement gave.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Outcome {
    /// The rows, for a statement that returns rows (there may be none of them).
    pub rows: Option<Arc<dyn Batch>>,
    /// The number of rows the statement matched, where it is known.
    pub rows_affected: Option<u64>,
    /// The key generated for the row inserted last, where the server says one.
    pub last_insert_id: Option<i64>,
    /// Whether the statement is known to change nothing.
    pub read_only: bool,
    /// How many warnings the server has for the statement, where it says so.
    pub warnings: Option<u64>,
    /// The results behind this one, where [all were asked for](super::Request::all_results).
    pub further: Vec<Self>,
}
