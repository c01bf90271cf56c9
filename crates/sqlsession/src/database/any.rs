use std::future::Future;

use sqlsession_core::{
    Error, Result, ResultSet, Savepoint, Statement, blocking, driver::BoxFuture, value::FromValueOwned,
};

/// Either client, by `await`: what a library asks for that does not care which one its user has.
///
/// On [`AsyncDatabase`](super::AsyncDatabase) the methods are its own; on [`Database`](super::Database) the blocking call runs off the runtime's threads. Such a
/// call that has begun is not undone when its future is dropped; in a scope nothing is committed then. The futures are boxed: rustc could not see otherwise that
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

    /// Runs a future with a session that is bound to it: a [scope](crate::scope), in which these methods are on its session.
    ///
    /// # Errors
    /// The body's, or that of the commit. `InvalidState` when the body is `Ok` and its session is still in use, `Interrupted`
    /// when it can commit nothing any more.
    fn async_scope<'a, T, E, F>(&'a self, body: F) -> BoxFuture<'a, Result<T, E>>
    where
        F: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: From<Error> + Send + 'a;

    /// Begins the transaction of the scope's session by hand.
    ///
    /// # Errors
    /// `InvalidState` when one is begun; here and below also outside of a scope, and when its session is in use.
    fn async_begin(&self) -> BoxFuture<'_, Result<()>>;

    /// Sets a savepoint in the scope's session.
    ///
    /// # Errors
    /// As [`async_begin`](Self::async_begin); the server's.
    fn async_begin_nested(&self) -> BoxFuture<'_, Result<Savepoint>>;

    /// Releases a savepoint of the scope's session.
    ///
    /// # Errors
    /// `InvalidState` when it has ended; as [`async_begin`](Self::async_begin); the server's.
    fn async_release(&self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>>;

    /// Undoes what the scope's session did since the savepoint.
    ///
    /// # Errors
    /// As [`async_release`](Self::async_release).
    fn async_rollback_to(&self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>>;

    /// Commits what the scope's session did so far.
    ///
    /// # Errors
    /// As [`async_begin`](Self::async_begin); the commit's.
    fn async_commit(&self) -> BoxFuture<'_, Result<()>>;

    /// Rolls back what the scope's session did so far.
    ///
    /// # Errors
    /// As [`async_begin`](Self::async_begin); the rollback's.
    fn async_rollback(&self) -> BoxFuture<'_, Result<()>>;
}
