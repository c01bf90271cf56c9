use std::sync::Arc;

use mysql_async::{Conn, QueryResult, prelude::Protocol};
use sqlsession_core::{Result, driver::Outcome, row::RowSink};

use super::prepared::{KnownColumns, columns_of};
use crate::{error::from_mysql, rows::Rows};

/// Reads all that the statement gave that was sent last: the rows of its first result, and what comes behind it.
///
/// Rows are handed on where they are wanted, all but the last of them.
pub(super) async fn read<P: Protocol>(
    conn: &mut Conn,
    sink: Option<&RowSink>,
    known: &mut KnownColumns,
) -> Result<Outcome> {
    let mut result = QueryResult::<P>::new(&mut *conn);
    let described = result.columns().filter(|columns| !columns.is_empty());
    let columns = described.map(|described| columns_of(known, described));
    let mut rows = Rows::default();
    let mut handed_on = 0;
    if let Some(sink) = sink {
        sink.restart();
    }
    while let Some(row) = result.next().await.map_err(from_mysql)? {
        if let (Some(sink), Some(columns)) = (sink, &columns)
            && rows.len() >= RowSink::ROWS
        {
            let full = rows.take();
            handed_on += full.len();
            sink.take(full.batch(Arc::clone(columns)));
        }
        rows.push(row);
    }
    let has_more = result.columns().is_some();
    drop(result);
    // Where there is an error in place of the next result, there is no OK.
    if has_more || conn.last_ok_packet().is_none() {
        Box::pin(QueryResult::<P>::new(&mut *conn).drop_result()).await.map_err(from_mysql)?;
    }
    let mut outcome = Outcome::default();
    outcome.last_insert_id = key(conn.last_insert_id());
    outcome.warnings = Some(conn.get_warnings().into());
    match columns {
        Some(columns) => {
            outcome.rows_affected = u64::try_from(handed_on + rows.len()).ok();
            outcome.rows = Some(rows.batch(columns));
        }
        None => outcome.rows_affected = Some(conn.affected_rows()),
    }
    Ok(outcome)
}

/// A key that was generated.
pub(super) fn key(id: Option<u64>) -> Option<i64> {
    i64::try_from(id?).ok()
}
