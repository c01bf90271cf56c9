use std::sync::Arc;

use mysql_async::{Column, Conn, QueryResult, prelude::Protocol};
use sqlsession_core::{Result, driver::Outcome, row::RowSink};

use crate::{
    error::from_mysql,
    rows::{MyColumns, Rows},
};

/// Reads all that a statement gave: the rows of its first result, and what comes behind it.
///
/// Rows are handed on where they are wanted, all but the last of them.
pub(super) async fn read<P: Protocol>(
    mut result: QueryResult<'_, '_, P>,
    sink: Option<&RowSink>,
) -> Result<Read> {
    let described = result.columns().filter(|columns| !columns.is_empty());
    let mut read = Read { described, rows: Rows::default(), handed_on: 0 };
    if let Some(described) = &read.described {
        let mut columns = None;
        if let Some(sink) = sink {
            sink.restart();
        }
        while let Some(row) = result.next().await.map_err(from_mysql)? {
            if let Some(sink) = sink
                && read.rows.len() >= RowSink::ROWS
            {
                let columns = columns.get_or_insert_with(|| MyColumns::of(Arc::clone(described)));
                let full = read.rows.take();
                read.handed_on += full.len();
                sink.take(full.batch(Arc::clone(columns)));
            }
            read.rows.push(row);
        }
    }
    result.drop_result().await.map_err(from_mysql)?;
    Ok(read)
}

/// A key that was generated.
pub(super) fn key(id: Option<u64>) -> Option<i64> {
    i64::try_from(id?).ok()
}

/// What was read of an answer.
pub(super) struct Read {
    described: Option<Arc<[Column]>>,
    rows: Rows,
    handed_on: usize,
}

impl Read {
    /// What a statement gave, with the columns that are known for this description.
    pub(super) fn into_outcome(
        self,
        conn: &Conn,
        columns: impl FnOnce(Arc<[Column]>) -> Arc<MyColumns>,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        outcome.last_insert_id = key(conn.last_insert_id());
        outcome.warnings = Some(conn.get_warnings().into());
        match self.described {
            Some(described) => {
                outcome.rows_affected = u64::try_from(self.handed_on + self.rows.len()).ok();
                outcome.rows = Some(self.rows.batch(columns(described)));
            }
            None => outcome.rows_affected = Some(conn.affected_rows()),
        }
        outcome
    }
}
