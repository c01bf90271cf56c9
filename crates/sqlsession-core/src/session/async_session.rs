use std::sync::Arc;

use super::{
    AsyncFunc, Connection, Info, RowStream, Savepoint, Session, Started, nested::NestedGuard,
    statements::statement_methods,
};
use crate::{
    Error, ErrorKind, FromRow, Result, ResultSet, Statement,
    bulk::{BulkRows, IntoRow, TableName},
    driver::{Dialect, IsolationLevel, ServerTransaction},
    result::Warning,
    statement::ParameterSet,
    value::FromValueOwned,
};

/// A session of any engine: a unit of work that begins with its first statement and ends when told.
///
/// It takes no connection before its first statement and gives it back when the transaction ends; it can then be used
/// again. Dropped, it rolls back what is open, at once: locks are not held until somebody needs the connection.
///
/// ```
/// # use sqlsession_core::{AsyncSession, Result, text};
/// async fn rename(session: &mut AsyncSession, id: i64, name: &str) -> Result<()> {
///     session.execute(text("update users set name = :name where id = :id").bind("name", name).bind("id", id)).await?;
///     session.commit().await
/// }
/// ```
#[derive(Debug)]
pub struct AsyncSession(pub(super) Box<dyn Session>);

impl From<Box<dyn Session>> for AsyncSession {
    fn from(session: Box<dyn Session>) -> Self {
        Self(session)
    }
}

impl AsyncSession {
    statement_methods!();

    /// The transaction's connection, checked out if it is not yet.
    ///
    /// # Errors
    /// The pool's.
    pub async fn connection(&mut self) -> Result<&mut dyn Connection> {
        self.0.connection().await
    }

    /// Rolls back what is open and gives the connection back. The session can be used again.
    ///
    /// # Errors
    /// `CommitUnknown` when a COMMIT was interrupted that has gone through or may have, and where else `rollback` says so.
    pub async fn close(&mut self) -> Result<()> {
        self.0.close().await
    }

    /// Runs the closure inside a savepoint: released on `Ok`, rolled back on `Err`, on panic and when the future is
    /// dropped between two statements. The transaction around goes on. Dropped in the middle of a statement, it leaves the
    /// session interrupted, as the statement alone would.
    ///
    /// # Errors
    /// The closure's, or that of the savepoint.
    ///
    /// ```
    /// # use sqlsession_core::{AsyncSession, Error, Result};
    /// # async fn example(session: &mut AsyncSession) -> Result<()> {
    /// let added = session.nested(async |session| session.execute("insert into t values (1)").await).await;
    /// if added.is_err_and(|error| error.is_integrity()) {
    ///     // The row was there; what the session did before is untouched.
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn nested<F, T, E>(&mut self, unit: F) -> Result<T, E>
    where
        for<'r> F:
            AsyncFnOnce(&'r mut Self) -> Result<T, E> + AsyncFunc<&'r mut Self, Result<T, E>, Fut: Send>,
        E: From<Error>,
    {
        let savepoint = self.begin_nested().await?;
        let mut guard = NestedGuard::new(self, savepoint);
        let result = unit(guard.session()).await;
        let session = guard.session();
        // The closure may have ended the savepoint, or the whole transaction, itself.
        if session.is_savepoint_active(savepoint) {
            let released = if result.is_ok() { session.release(savepoint).await } else { Ok(()) };
            if result.is_err() || released.is_err() {
                // What the caller has to hear is why the unit failed. What is not undone now is before anything else.
                if session.rollback_to(savepoint).await.is_ok() {
                    guard.done();
                }
                released?;
                return result;
            }
        }
        guard.done();
        result
    }

    /// The session behind it, as a trait object, for what takes one.
    pub fn as_inner_mut(&mut self) -> &mut dyn Session {
        &mut *self.0
    }

    /// The session behind it, as a trait object.
    #[must_use]
    pub fn into_inner(self) -> Box<dyn Session> {
        self.0
    }

    /// Why the unit of work failed, if it may run again from its start.
    pub(crate) fn retry_reason(&self) -> Option<ErrorKind> {
        self.0.retry_reason()
    }

    /// Leaves it only rollback and close, as where its work is somebody else's.
    #[doc(hidden)]
    pub fn interrupt(&mut self) {
        self.0.interrupt();
    }

    pub(crate) fn abandon(&mut self, savepoint: Savepoint) {
        self.0.abandon(savepoint);
    }
}
