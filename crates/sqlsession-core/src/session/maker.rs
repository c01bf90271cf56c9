use std::sync::{Arc, PoisonError, RwLock};

use super::{AsyncFunc, AsyncSession, SessionOptions};
use crate::{Error, Result, engine::Engine};

/// Makes sessions: what is object-safe of a session maker. Not meant to be implemented outside of this crate, as
/// [`Connection`](super::Connection).
pub trait SessionMaker: Send + Sync + std::fmt::Debug {
    /// A new session. No I/O, and it cannot fail.
    fn session(&self) -> AsyncSession;

    /// The options its sessions get.
    fn options(&self) -> SessionOptions;

    /// Changes the options of the sessions to come.
    fn configure(&self, options: SessionOptions);
}

/// Makes sessions of one engine with the same options: SQLAlchemy's `async_sessionmaker`.
///
/// Clones share their options.
#[derive(Debug, Clone)]
pub struct AsyncSessionMaker {
    engine: Arc<dyn Engine>,
    options: Arc<RwLock<SessionOptions>>,
}

impl AsyncSessionMaker {
    /// A maker of sessions of this engine.
    #[must_use]
    pub fn new(engine: Arc<dyn Engine>, options: SessionOptions) -> Self {
        Self { engine, options: Arc::new(RwLock::new(options)) }
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// A new session. No I/O, and it cannot fail.
    #[must_use]
    pub fn session(&self) -> AsyncSession {
        self.engine.session(self.options())
    }

    /// A new session with other options; where they say nothing the maker's hold.
    #[must_use]
    pub fn session_with(&self, options: SessionOptions) -> AsyncSession {
        self.engine.session(options.or(&self.options()))
    }

    /// The options its sessions get.
    #[must_use]
    pub fn options(&self) -> SessionOptions {
        self.options.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the options of the sessions to come, for all clones of this maker. What the new ones do not say stays.
    pub fn configure(&self, options: SessionOptions) {
        let mut current = self.options.write().unwrap_or_else(PoisonError::into_inner);
        *current = options.or(&current);
    }

    /// Runs a unit of work in a session of its own: committed on `Ok`; rolled back on `Err`, on panic, and when the
    /// future is dropped.
    ///
    /// # Errors
    /// The closure's, or that of the commit.
    ///
    /// ```
    /// # use sqlsession_core::{AsyncSessionMaker, Error, Result};
    /// async fn add(maker: &AsyncSessionMaker) -> Result<i64> {
    ///     maker
    ///         .begin(async |session| {
    ///             session.execute("insert into users(name) values ('Ada')").await?;
    ///             session.scalar_one("select count(*) from users").await
    ///         })
    ///         .await
    /// }
    /// ```
    pub async fn begin<F, T, E>(&self, unit: F) -> Result<T, E>
    where
        for<'r> F: AsyncFnOnce(&'r mut AsyncSession) -> Result<T, E>
            + AsyncFunc<&'r mut AsyncSession, Result<T, E>, Fut: Send>,
        E: From<Error>,
    {
        let mut session = self.session();
        session.begin().await?;
        let result = unit(&mut session).await;
        match &result {
            Ok(_) => session.commit().await?,
            // What the caller has to hear is why the unit failed. The session is gone after this either way.
            Err(_) => drop(session.rollback().await),
        }
        result
    }
}

impl SessionMaker for AsyncSessionMaker {
    fn session(&self) -> AsyncSession {
        Self::session(self)
    }

    fn options(&self) -> SessionOptions {
        Self::options(self)
    }

    fn configure(&self, options: SessionOptions) {
        Self::configure(self, options);
    }
}
