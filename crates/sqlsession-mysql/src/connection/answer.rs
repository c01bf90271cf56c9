use std::sync::Arc;

use mysql_async::{Conn, QueryResult, Row, prelude::Protocol};
use sqlsession_core::{Result, driver::Outcome};

use super::prepared::PreparedStatements;
use crate::{error::from_mysql, rows::batch};

/// Reads all that a statement gave: the rows of its first result, and what comes behind it.
pub(super) async fn read<P: Protocol>(mut result: QueryResult<'_, '_, P>) -> Result<Read> {
    let described = result.columns().filter(|columns| !columns.is_empty());
    let mut rows = Vec::new();
    if described.is_some() {
        while let Some(row) = result.next().await.map_err(from_mysql)? {
            rows.push(row);
        }
    }
    result.drop_result().await.map_err(from_mysql)?;
    Ok(Read { described, rows })
}

/// A key that was generated.
pub(super) fn key(id: Option<u64>) -> Option<i64> {
    i64::try_from(id?).ok()
}

/// What was read of an answer.
pub(super) struct Read {
    described: Option<Arc<[mysql_async::Column]>>,
    rows: Vec<Row>,
}

impl Read {
    /// What the statement of this text gave.
    pub(super) fn into_outcome(
        self,
        conn: &Conn,
        prepared: &mut PreparedStatements,
        sql: &Arc<str>,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        outcome.last_insert_id = key(conn.last_insert_id());
        outcome.warnings = Some(conn.get_warnings().into());
        match self.described {
            Some(described) => {
                outcome.rows_affected = u64::try_from(self.rows.len()).ok();
                outcome.rows = Some(batch(prepared.columns(sql, described), self.rows));
            }
            None => outcome.rows_affected = Some(conn.affected_rows()),
        }
        outcome
    }
}
