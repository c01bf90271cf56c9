use super::{Engine, Session};
use crate::{
    AsyncSessionMaker, Error, Result, RetryOptions, SessionOptions,
    runtime::sleep,
    session::{Attempts, check_transactional},
};

/// Makes sessions of one blocking engine with the same options: SQLAlchemy's `sessionmaker`.
///
/// Clones share their options.
#[derive(Debug, Clone)]
pub struct SessionMaker(AsyncSessionMaker);

impl SessionMaker {
    pub(super) fn new(maker: AsyncSessionMaker) -> Self {
        Self(maker)
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> Engine {
        Engine::over(self.0.engine().clone())
    }

    /// A new session. No I/O, and it cannot fail.
    #[must_use]
    pub fn session(&self) -> Session {
        Session::new(self.0.session(), self.0.engine().executor())
    }

    /// A new session with other options; where they say nothing the maker's hold.
    #[must_use]
    pub fn session_with(&self, options: SessionOptions) -> Session {
        Session::new(self.0.session_with(options), self.0.engine().executor())
    }

    /// The options its sessions get.
    #[must_use]
    pub fn options(&self) -> SessionOptions {
        self.0.options()
    }

    /// Changes the options of the sessions to come, for all clones of this maker. What the new ones do not say stays.
    pub fn configure(&self, options: SessionOptions) {
        self.0.configure(options);
    }

    /// Runs a unit of work in a session of its own: committed on `Ok`, rolled back on `Err` and on panic.
    ///
    /// # Errors
    /// The closure's, or that of the commit.
    pub fn begin<T, E: From<Error>>(&self, unit: impl FnOnce(&mut Session) -> Result<T, E>) -> Result<T, E> {
        let mut session = self.session();
        session.begin()?;
        let value = unit(&mut session)?;
        session.commit()?;
        Ok(value)
    }

    /// Runs a unit of work as [`begin`](Self::begin) does, and again from its start when it failed for a reason that
    /// passes: see [`AsyncSessionMaker::run`].
    ///
    /// # Errors
    /// The last attempt's. `Configuration` in AUTOCOMMIT, where what has run cannot be undone.
    ///
    /// ```
    /// # use sqlsession_core::{Result, RetryOptions, blocking::SessionMaker};
    /// fn count_visit(maker: &SessionMaker) -> Result<()> {
    ///     maker.run(&RetryOptions::default(), |session| {
    ///         session.execute("update counter set visits = visits + 1").map(drop)
    ///     })
    /// }
    /// ```
    pub fn run<T, E: From<Error>>(
        &self,
        options: &RetryOptions,
        mut unit: impl FnMut(&mut Session) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut attempts = Attempts::new(options);
        loop {
            let mut session = self.session();
            check_transactional(&session)?;
            session.begin()?;
            let result = match unit(&mut session) {
                Ok(value) => session.commit().map(|()| value).map_err(E::from),
                failed => failed,
            };
            let Err(error) = result else { return result };
            let delay = attempts.failed(session.retry_reason(), &**self.0.engine());
            // Its locks are free before it waits. What the caller has to hear is why the unit failed.
            drop(session.rollback());
            let Some(delay) = delay else { return Err(error) };
            self.0.engine().executor().block_on(sleep(delay))?;
        }
    }
}
