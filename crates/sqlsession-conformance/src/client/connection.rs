use sqlsession_core::{
    AsyncConnection, Error, ErrorKind, Result, ResultSet, Savepoint, Statement, blocking,
    driver::{BoxFuture, IsolationLevel},
    session::Info,
    statement::ParameterSet,
};

use super::Work;

/// A connection out of the pool.
pub(crate) trait Connection: Work {
    fn close(self: Box<Self>) -> BoxFuture<'static, Result<()>>;
}

impl Connection for AsyncConnection {
    fn close(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin((*self).close())
    }
}

impl Connection for blocking::Connection {
    fn close(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move { (*self).close() })
    }
}

/// A connection that was closed. The compiler refuses its use, so the runner answers for it.
#[derive(Debug, Default)]
pub(crate) struct Closed(Info);

impl Closed {
    fn refuse<T: Send + 'static>() -> BoxFuture<'static, Result<T>> {
        Box::pin(async { Err(refusal()) })
    }
}

fn refusal() -> Error {
    Error::new(ErrorKind::InvalidState, "this connection is closed")
}

impl Work for Closed {
    fn execute(&mut self, _statement: Statement) -> BoxFuture<'_, Result<ResultSet>> {
        Self::refuse()
    }

    fn execute_many(
        &mut self,
        _statement: Statement,
        _sets: Vec<ParameterSet>,
    ) -> BoxFuture<'_, Result<ResultSet>> {
        Self::refuse()
    }

    fn begin(&mut self) -> BoxFuture<'_, Result<()>> {
        Self::refuse()
    }

    fn begin_nested(&mut self) -> BoxFuture<'_, Result<Savepoint>> {
        Self::refuse()
    }

    fn release(&mut self, _savepoint: Savepoint) -> BoxFuture<'_, Result<()>> {
        Self::refuse()
    }

    fn rollback_to(&mut self, _savepoint: Savepoint) -> BoxFuture<'_, Result<()>> {
        Self::refuse()
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Self::refuse()
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Self::refuse()
    }

    fn invalidate(&mut self) {}

    fn in_transaction(&self) -> bool {
        false
    }

    fn in_nested_transaction(&self) -> bool {
        false
    }

    fn is_savepoint_active(&self, _savepoint: Savepoint) -> bool {
        false
    }

    fn is_active(&self) -> bool {
        false
    }

    fn isolation_level(&self) -> Option<IsolationLevel> {
        None
    }

    fn set_isolation_level(&mut self, _level: Option<IsolationLevel>) -> Result<()> {
        Err(refusal())
    }

    fn info(&mut self) -> &mut Info {
        &mut self.0
    }
}

impl Connection for Closed {
    fn close(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}
