use std::{ops::Deref, sync::Arc};

use super::{RowStream, calls::blocking_methods};
use crate::{
    AsyncConnection, Error, FromRow, IntoRow, Result, ResultSet, Savepoint, Statement, TableName,
    driver::IsolationLevel,
    result::Warning,
    runtime::Executor,
    session::{Info, Started},
    statement::ParameterSet,
    value::FromValueOwned,
};

/// A connection out of a blocking engine's pool. What only looks at it is [`AsyncConnection`]'s, to which it derefs.
#[derive(Debug)]
pub struct Connection {
    inner: AsyncConnection,
    executor: Executor,
}

impl Connection {
    blocking_methods!();

    /// The blocking face of a connection, polled by this executor.
    #[must_use]
    pub fn new(inner: AsyncConnection, executor: &Executor) -> Self {
        Self { inner, executor: executor.clone() }
    }

    /// Rolls back what is open and gives the connection back.
    ///
    /// # Errors
    /// `InvalidState` inside an async task.
    pub fn close(self) -> Result<()> {
        self.executor.block_on(self.inner.close())?
    }
}

impl Deref for Connection {
    type Target = AsyncConnection;

    fn deref(&self) -> &AsyncConnection {
        &self.inner
    }
}
