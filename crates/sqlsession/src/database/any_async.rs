//! The async client by `await` is itself.

use std::future::Future;

use sqlsession_core::{
    Error, Result, ResultSet, Savepoint, Statement, blocking, driver::BoxFuture, value::FromValueOwned,
};

use super::{AnyDatabase, AsyncDatabase};

impl AnyDatabase for AsyncDatabase {
    fn async_execute(&self, statement: impl Into<Statement>) -> BoxFuture<'_, Result<ResultSet>> {
        Box::pin(self.execute(statement.into()))
    }

    fn async_scalar<T: FromValueOwned + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Option<T>>> {
        Box::pin(self.scalar(statement.into()))
    }

    fn async_scalars<T: FromValueOwned + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Vec<T>>> {
        Box::pin(self.scalars(statement.into()))
    }

    fn async_run_sync<T, E, F>(&self, work: F) -> BoxFuture<'_, Result<T, E>>
    where
        F: FnOnce(&mut blocking::Session) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        Box::pin(self.run_sync(work))
    }

    fn async_scope<'a, T, E, F>(&'a self, body: F) -> BoxFuture<'a, Result<T, E>>
    where
        F: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: From<Error> + Send + 'a,
    {
        Box::pin(self.scope(body))
    }

    fn async_begin(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.begin())
    }

    fn async_begin_nested(&self) -> BoxFuture<'_, Result<Savepoint>> {
        Box::pin(self.begin_nested())
    }

    fn async_release(&self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.release(savepoint))
    }

    fn async_rollback_to(&self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.rollback_to(savepoint))
    }

    fn async_commit(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.commit())
    }

    fn async_rollback(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.rollback())
    }
}
