use std::sync::Arc;

use super::{Connection, Info, RowStream, Savepoint, Started, statements::statement_methods};
use crate::{
    Error, ErrorKind, FromRow, Result, ResultSet, Statement,
    bulk::{BulkRows, IntoRow, TableName},
    driver::{Dialect, IsolationLevel, ServerTransaction},
    result::Warning,
    statement::ParameterSet,
    value::FromValueOwned,
};

/// A connection out of an engine's pool: SQLAlchemy's Core level.
///
/// It holds its connection until it is closed or dropped. A transaction begins with the first statement; what is not
/// committed is rolled back.
#[derive(Debug)]
pub struct AsyncConnection(Box<dyn Connection>);

impl From<Box<dyn Connection>> for AsyncConnection {
    fn from(connection: Box<dyn Connection>) -> Self {
        Self(connection)
    }
}

impl AsyncConnection {
    statement_methods!();

    /// Rolls back what is open and gives the connection back.
    ///
    /// # Errors
    /// `CommitUnknown` when a COMMIT was interrupted that has gone through or may have, and where else `rollback` says so.
    pub async fn close(mut self) -> Result<()> {
        self.0.close().await
    }

    /// The connection behind it, as a trait object.
    #[must_use]
    pub fn into_inner(self) -> Box<dyn Connection> {
        self.0
    }
}
