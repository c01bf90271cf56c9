use std::{ops::Deref, sync::Arc};

use super::Engine;
use crate::{AsyncConnection, AsyncSessionMaker, Error, Result, SessionOptions, session::AsyncFunc};

/// Any engine, by `await`. Cheap to clone; clones share the pool.
///
/// Its futures can be polled by any executor, and inside a tokio runtime they use its blocking pool and its timer: a
/// runtime that is built by hand needs `enable_time` (`#[tokio::main]` and `enable_all` have it), or tokio panics where
/// something has to be waited for.
#[derive(Debug, Clone)]
pub struct AsyncEngine(Arc<dyn Engine>);

impl From<Arc<dyn Engine>> for AsyncEngine {
    fn from(engine: Arc<dyn Engine>) -> Self {
        Self(engine)
    }
}

impl AsyncEngine {
    /// An engine of any driver, made for `await`: one that is made for blocking calls holds up the thread of a runtime.
    #[must_use]
    pub fn new(engine: impl Engine + 'static) -> Self {
        Self(Arc::new(engine))
    }

    /// A connection out of the pool, checked out at once.
    ///
    /// # Errors
    /// `PoolTimeout`, or why no connection could be made.
    ///
    /// Cancel safe.
    pub async fn connect(&self) -> Result<AsyncConnection> {
        self.connect_with(SessionOptions::default()).await
    }

    /// A connection with options of its own.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    ///
    /// Cancel safe.
    pub async fn connect_with(&self, options: SessionOptions) -> Result<AsyncConnection> {
        match self.0.connect_at_once(&options) {
            Some(connection) => Ok(connection),
            None => self.0.connect(options).await,
        }
    }

    /// Runs a unit of work on a connection: committed on `Ok`; rolled back on `Err`, on panic, and when the future is
    /// dropped.
    ///
    /// # Errors
    /// The closure's, or that of the pool or the commit.
    pub async fn begin<F, T, E>(&self, unit: F) -> Result<T, E>
    where
        for<'r> F: AsyncFnOnce(&'r mut AsyncConnection) -> Result<T, E>
            + AsyncFunc<&'r mut AsyncConnection, Result<T, E>, Fut: Send>,
        E: From<Error>,
    {
        let mut connection = self.connect().await?;
        connection.begin().await?;
        let result = unit(&mut connection).await;
        match &result {
            Ok(_) => connection.commit().await?,
            // What the caller has to hear is why the unit failed.
            Err(_) => drop(connection.rollback().await),
        }
        drop(connection.close().await);
        result
    }

    /// A maker of this engine's sessions.
    #[must_use]
    pub fn session_maker(&self) -> AsyncSessionMaker {
        self.session_maker_with(SessionOptions::default())
    }

    /// A maker of this engine's sessions, with options.
    #[must_use]
    pub fn session_maker_with(&self, options: SessionOptions) -> AsyncSessionMaker {
        AsyncSessionMaker::new(self.0.clone(), options)
    }

    /// The engine behind it.
    #[must_use]
    pub fn inner(&self) -> &Arc<dyn Engine> {
        &self.0
    }
}

impl Deref for AsyncEngine {
    type Target = dyn Engine;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}
