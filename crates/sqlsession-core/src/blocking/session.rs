use std::{ops::Deref, sync::Arc};

use super::{RowStream, calls::blocking_methods};
use crate::{
    AsyncSession, Error, FromRow, IntoRow, Result, ResultSet, Savepoint, Statement, TableName,
    driver::{BoxFuture, IsolationLevel},
    result::Warning,
    runtime::Executor,
    session::{Info, Started},
    statement::ParameterSet,
    value::FromValueOwned,
};

/// A session, by blocking calls. What only looks at it is [`AsyncSession`]'s, to which it derefs.
#[derive(Debug)]
pub struct Session {
    pub(super) inner: AsyncSession,
    pub(super) executor: Executor,
}

impl Session {
    blocking_methods!();

    /// The blocking face of a session, polled by this executor.
    #[must_use]
    pub fn new(inner: AsyncSession, executor: &Executor) -> Self {
        Self { inner, executor: executor.clone() }
    }

    /// The session behind it, for whoever gave it to [`new`](Self::new).
    #[doc(hidden)]
    #[must_use]
    pub fn into_async(self) -> AsyncSession {
        self.inner
    }

    /// As [`AsyncSession::interrupt`].
    #[doc(hidden)]
    pub fn interrupt(&mut self) {
        self.inner.interrupt();
    }

    /// Polls what is done with the session behind it.
    #[doc(hidden)]
    pub fn drive<'s, T>(
        &'s mut self,
        work: impl FnOnce(&'s mut AsyncSession) -> BoxFuture<'s, Result<T>>,
    ) -> Result<T> {
        self.executor.block_on(work(&mut self.inner))?
    }

    /// Rolls back what is open and gives the connection back. The session can be used again.
    ///
    /// # Errors
    /// `InvalidState` inside an async task.
    pub fn close(&mut self) -> Result<()> {
        self.executor.block_on(self.inner.close())?
    }

    /// Runs the closure inside a savepoint: released on `Ok`, rolled back on `Err` and on panic.
    ///
    /// # Errors
    /// The closure's, or that of the savepoint.
    pub fn nested<T, E: From<Error>>(
        &mut self,
        unit: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let savepoint = self.begin_nested()?;
        let mut guard = Nested { session: self, savepoint: Some(savepoint) };
        let result = unit(guard.session);
        let session = &mut *guard.session;
        // The closure may have ended the savepoint, or the whole transaction, itself.
        if session.is_savepoint_active(savepoint) {
            let released = if result.is_ok() { session.release(savepoint) } else { Ok(()) };
            if result.is_err() || released.is_err() {
                // What the caller has to hear is why the unit failed. What is not undone now is before anything else.
                if session.rollback_to(savepoint).is_ok() {
                    guard.savepoint = None;
                }
                released?;
                return result;
            }
        }
        guard.savepoint = None;
        result
    }
}

impl Deref for Session {
    type Target = AsyncSession;

    fn deref(&self) -> &AsyncSession {
        &self.inner
    }
}

/// Left by a panic, it marks the savepoint, which is then rolled back before anything else.
struct Nested<'s> {
    session: &'s mut Session,
    savepoint: Option<Savepoint>,
}

impl Drop for Nested<'_> {
    fn drop(&mut self) {
        if let Some(savepoint) = self.savepoint {
            self.session.inner.abandon(savepoint);
        }
    }
}
