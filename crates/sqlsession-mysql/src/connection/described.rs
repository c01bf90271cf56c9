use std::sync::Arc;

use mysql_async::{Column, consts::ColumnFlags};
use sqlsession_core::{Error, ErrorKind, Result};

use super::{mysql_connection::Inner, prepared::Plan};

impl Inner {
    /// What the server says of these columns of this table, all of them quoted; `None` where it does not.
    pub(super) async fn described(
        &mut self,
        table: &str,
        columns: &[String],
    ) -> Result<Option<Arc<[Column]>>> {
        let names = columns.join(", ");
        // It is only described. What is wrong with it the INSERT will say.
        let statement = match self.prepare(&format!("SELECT {names} FROM {table}"), 0).await {
            Ok(Some(statement)) => statement,
            Err(error) if is_lost_on_all(&error) => return Err(error),
            Ok(None) | Err(_) => return Ok(None),
        };
        let described = statement.columns();
        self.close(Plan::Prepared(statement)).await?;
        Ok((described.len() == columns.len()).then_some(described))
    }
}

/// Whether NULL is a value of this column, or has one generated, and is not something of the server's choice.
pub(super) fn takes_null(column: &Column) -> bool {
    let flags = column.flags();
    flags.contains(ColumnFlags::AUTO_INCREMENT_FLAG) || !flags.contains(ColumnFlags::NOT_NULL_FLAG)
}

/// Whether an INSERT would fare no better.
pub(super) fn is_lost_on_all(error: &Error) -> bool {
    use ErrorKind::{
        Cancelled, ConnectionLost, Deadlock, LockTimeout, SerializationFailure, StatementTimeout,
    };
    matches!(
        error.kind(),
        Cancelled | ConnectionLost | Deadlock | LockTimeout | SerializationFailure | StatementTimeout
    )
}
