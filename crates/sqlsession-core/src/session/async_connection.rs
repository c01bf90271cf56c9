use std::{sync::Arc, time::Duration};

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

    /// Whether it is closed when it is given back: see
    /// [`Connection::close_on_return`](crate::session::Connection::close_on_return).
    #[doc(hidden)]
    pub fn close_on_return(&mut self, closes: bool) {
        self.0.close_on_return(closes);
    }

    /// How long the statements to come may run that do not say so themselves.
    #[doc(hidden)]
    pub fn set_statement_timeout(&mut self, limit: Option<Duration>) {
        self.0.set_statement_timeout(limit);
    }

    /// The connection behind it, as a trait object.
    #[must_use]
    pub fn into_inner(self) -> Box<dyn Connection> {
        self.0
    }
}
