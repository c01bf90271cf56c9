//! Units of work that run again when they met others.

use super::{AsyncFunc, AsyncSession, AsyncSessionMaker, RetryOptions, retry::Attempts};
use crate::{Error, ErrorKind, Result, driver::IsolationLevel, runtime::sleep};

impl AsyncSessionMaker {
    /// Runs a unit of work as [`begin`](Self::begin) does, and again from its start, in a new session, when it failed for
    /// a reason that passes: a serialization failure, a deadlock, a lock that was not granted in time, `Busy`, a
    /// connection that was lost before COMMIT was sent or could not be made.
    ///
    /// What decides is what the session met last, whatever the error is that the unit makes of it. It never runs again
    /// when something has been committed or may have been: after `CommitUnknown` and `StatementCommitted`, and when the
    /// unit itself has committed, by `commit`, by a text with COMMIT in it, or by a statement that commits by itself (MySQL's
    /// DDL, CALL and LOCK TABLES). What is done on the raw client is not seen.
    ///
    /// The closure is cloned for each attempt, which so begins with the same captured values; what it does outside of its
    /// session it does each time.
    ///
    /// # Errors
    /// The last attempt's. `Configuration` in AUTOCOMMIT, where what has run cannot be undone.
    ///
    /// Cancel safe: dropped, the attempt is rolled back, unless its COMMIT was on its way.
    ///
    /// ```
    /// # use sqlsession_core::{AsyncSessionMaker, Result, RetryOptions, text};
    /// async fn pay(maker: &AsyncSessionMaker, from: i64, to: i64, cents: i64) -> Result<()> {
    ///     let transfer = "update account set balance = balance + :cents where id = :id";
    ///     maker
    ///         .run(&RetryOptions::default(), async |session| {
    ///             session.execute(text(transfer).bind("cents", -cents).bind("id", from)).await?;
    ///             session.execute(text(transfer).bind("cents", cents).bind("id", to)).await?;
    ///             Ok(())
    ///         })
    ///         .await
    /// }
    /// ```
    pub async fn run<F, T, E>(&self, options: &RetryOptions, unit: F) -> Result<T, E>
    where
        for<'r> F: Clone
            + AsyncFnOnce(&'r mut AsyncSession) -> Result<T, E>
            + AsyncFunc<&'r mut AsyncSession, Result<T, E>, Fut: Send>,
        E: From<Error>,
    {
        let mut attempts = Attempts::new(options);
        loop {
            let mut session = self.session();
            check_transactional(&session)?;
            session.begin().await?;
            let result = match unit.clone()(&mut session).await {
                Ok(value) => session.commit().await.map(|()| value).map_err(E::from),
                failed => failed,
            };
            let Err(error) = result else { return result };
            let delay = attempts.failed(session.retry_reason(), &**self.engine());
            // Its locks are free before it waits. What the caller has to hear is why the unit failed.
            drop(session.rollback().await);
            let Some(delay) = delay else { return Err(error) };
            sleep(delay).await;
        }
    }
}

/// # Errors
/// Where each statement is durable when it has run, and running it again does it twice.
pub(crate) fn check_transactional(session: &AsyncSession) -> Result<()> {
    if session.isolation_level() != Some(IsolationLevel::Autocommit) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Configuration,
        "a unit of work that may run again needs a transaction: this session maker makes AUTOCOMMIT sessions",
    ))
}
