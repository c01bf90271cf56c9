use sqlsession_core::{
    Error, Result, ResultSet, Statement, blocking, driver::BoxFuture, value::FromValueOwned,
};

use super::{AsyncDatabase, Database, offload::offload};

/// Either client, by `await`: what a library asks for that does not care which one its user has.
///
/// On [`AsyncDatabase`] the methods are its own; on [`Database`] the blocking call runs off the runtime's threads. Such a
/// call that has begun is not undone when its future is dropped. The futures are boxed: rustc could not see otherwise that
/// they are `Send` where a generic function is spawned.
///
/// ```
/// use sqlsession::{AnyDatabase, Result};
///
/// async fn count_users(db: &impl AnyDatabase) -> Result<i64> {
///     Ok(db.async_scalar("select count(*) from users").await?.unwrap_or(0))
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// # let db = sqlsession::AsyncDatabase::create("sqlite://")?;
/// # db.execute("create table users (id integer)").await?;
/// # assert_eq!(count_users(&db).await?, 0);
/// # let db = sqlsession::Database::create("sqlite://")?;
/// # db.async_execute("create table users (id integer)").await?;
/// # assert_eq!(count_users(&db).await?, 0);
/// # Ok(()) }
/// ```
pub trait AnyDatabase: Clone + Send + Sync + 'static {
    /// Runs a statement in a session of its own and commits, unless the statement is known only to read.
    ///
    /// # Errors
    /// The statement's or the commit's.
    fn async_execute(&self, statement: impl Into<Statement>) -> BoxFuture<'_, Result<ResultSet>>;

    /// The first column of a statement's first row; `None` without rows.
    ///
    /// # Errors
    /// As [`async_execute`](Self::async_execute), and when the value is not of the type.
    fn async_scalar<T: FromValueOwned + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Option<T>>>;

    /// The first column of every row of a statement.
    ///
    /// # Errors
    /// As [`async_execute`](Self::async_execute), and when a value is not of the type.
    fn async_scalars<T: FromValueOwned + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Vec<T>>>;

    /// Runs a closure with a blocking session of its own, and commits when it is `Ok`.
    ///
    /// # Errors
    /// The closure's or the commit's.
    fn async_run_sync<T, E, F>(&self, work: F) -> BoxFuture<'_, Result<T, E>>
    where
        F: FnOnce(&mut blocking::Session) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static;
}

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
}

impl AnyDatabase for Database {
    fn async_execute(&self, statement: impl Into<Statement>) -> BoxFuture<'_, Result<ResultSet>> {
        let (db, statement) = (self.clone(), statement.into());
        Box::pin(async { offload(move || db.execute(statement)).await? })
    }

    fn async_scalar<T: FromValueOwned + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Option<T>>> {
        let (db, statement) = (self.clone(), statement.into());
        Box::pin(async { offload(move || db.scalar(statement)).await? })
    }

    fn async_scalars<T: FromValueOwned + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Vec<T>>> {
        let (db, statement) = (self.clone(), statement.into());
        Box::pin(async { offload(move || db.scalars(statement)).await? })
    }

    fn async_run_sync<T, E, F>(&self, work: F) -> BoxFuture<'_, Result<T, E>>
    where
        F: FnOnce(&mut blocking::Session) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let db = self.clone();
        Box::pin(async { offload(move || db.run_sync(work)).await? })
    }
}
