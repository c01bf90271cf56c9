use std::{ops::Deref, sync::Arc, time::Duration};

use super::{AsyncEngine, Engine, EngineOptions, Shared};
use crate::{
    AsyncConnection, AsyncSession, AsyncSessionMaker, DatabaseUrl, Error, PoolStatus, Result, SessionOptions,
    blocking,
    driver::{BoxFuture, Dialect, Driver, Face, UrlDriver},
    events::RetryEvent,
    pool::{CloseReason, PoolCounters},
    runtime::Executor,
    session::{Connection, DriverSession, Session},
};

/// The engine over one driver. A driver crate names it: `SqliteEngine`.
///
/// Cheap to clone; clones share the pool. Making one does no I/O. It is an [`Engine`] by `Deref`.
#[derive(Debug)]
pub struct DriverEngine<D: Driver> {
    shared: Arc<Shared<D>>,
    /// Of its sessions: those it was made with, where it says nothing more.
    options: SessionOptions,
}

impl<D: Driver> Clone for DriverEngine<D> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone(), options: self.options.clone() }
    }
}

impl<D: UrlDriver> DriverEngine<D> {
    /// An engine for this URL, for use by `await`.
    ///
    /// # Errors
    /// `Configuration` when the URL or one of its options is wrong.
    pub fn new<U>(url: U) -> Result<Self>
    where
        U: TryInto<DatabaseUrl, Error: Into<Error>>,
    {
        Self::with_options(url, EngineOptions::default())
    }

    /// An engine with options, for use as they say. What the URL says about sessions holds where they say nothing.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when an option is out of range.
    pub fn with_options<U>(url: U, mut options: EngineOptions) -> Result<Self>
    where
        U: TryInto<DatabaseUrl, Error: Into<Error>>,
    {
        let url = url.try_into().map_err(Into::into)?;
        let (driver, executor) = D::from_url(&url, &mut options)?;
        Self::over(url, driver, executor, options)
    }

    /// An engine for this URL, for use by blocking calls.
    ///
    /// # Errors
    /// As [`new`](Self::new); `ResourceExhausted` when the system has no room for the runtime that the driver needs.
    ///
    /// ```
    /// use sqlsession_core::{Result, driver::UrlDriver, engine::DriverEngine};
    ///
    /// /// With `D` a driver; `SqliteEngine` is `DriverEngine<SqliteDriver>`.
    /// fn count_users<D: UrlDriver>(url: &str) -> Result<i64> {
    ///     let engine = DriverEngine::<D>::blocking(url)?;
    ///     engine.session_maker().session().scalar_one("select count(*) from users")
    /// }
    /// ```
    pub fn blocking<U>(url: U) -> Result<blocking::Engine>
    where
        U: TryInto<DatabaseUrl, Error: Into<Error>>,
    {
        Self::blocking_with(url, EngineOptions::default())
    }

    /// As [`blocking`](Self::blocking), with options.
    ///
    /// # Errors
    /// As [`blocking`](Self::blocking), and when an option is out of range.
    pub fn blocking_with<U>(url: U, options: EngineOptions) -> Result<blocking::Engine>
    where
        U: TryInto<DatabaseUrl, Error: Into<Error>>,
    {
        Self::with_options(url, options.blocking())?.to_blocking()
    }
}

impl<D: Driver> DriverEngine<D> {
    /// An engine over a driver that was made by other means than its URL.
    ///
    /// # Errors
    /// `Configuration` when an option is out of range or means nothing to the driver.
    pub fn over(url: DatabaseUrl, driver: D, executor: Executor, options: EngineOptions) -> Result<Self> {
        let sessions = options.session.clone();
        let shared = Shared::new(url, driver, executor, options)?;
        Ok(Self { shared, options: sessions })
    }

    /// The driver.
    #[must_use]
    pub fn driver(&self) -> &D {
        &self.shared.driver
    }

    /// A maker of sessions, by `await`: for an engine that was not made with [`EngineOptions::blocking`].
    #[must_use]
    pub fn session_maker(&self) -> AsyncSessionMaker {
        AsyncSessionMaker::new(self.clone().into(), SessionOptions::default())
    }

    /// The engine as any engine, by `await`: for one that was not made with [`EngineOptions::blocking`].
    #[must_use]
    pub fn to_async(&self) -> AsyncEngine {
        AsyncEngine::from(Arc::<dyn Engine>::from(self.clone()))
    }

    /// The engine by blocking calls.
    ///
    /// # Errors
    /// `Configuration` when it was not made with [`EngineOptions::blocking`].
    pub fn to_blocking(&self) -> Result<blocking::Engine> {
        blocking::Engine::new(self.clone().into())
    }
}

impl<D: Driver> Deref for DriverEngine<D> {
    type Target = dyn Engine;

    fn deref(&self) -> &Self::Target {
        self
    }
}

impl<D: Driver> From<DriverEngine<D>> for Arc<dyn Engine> {
    fn from(engine: DriverEngine<D>) -> Self {
        Arc::new(engine)
    }
}

impl<D: Driver> Engine for DriverEngine<D> {
    fn url(&self) -> &DatabaseUrl {
        &self.shared.url
    }

    fn dialect(&self) -> &Dialect {
        self.shared.driver.dialect()
    }

    fn face(&self) -> Face {
        self.shared.face
    }

    fn session(&self, options: SessionOptions) -> AsyncSession {
        let session: Box<dyn Session> =
            Box::new(DriverSession::session(self.shared.clone(), options.or(&self.options)));
        session.into()
    }

    fn connect(&self, options: SessionOptions) -> BoxFuture<'_, Result<AsyncConnection>> {
        Box::pin(async {
            let options = options.or(&self.options);
            let connection: Box<dyn Connection> =
                DriverSession::connection(self.shared.clone(), options).await?;
            Ok(connection.into())
        })
    }

    fn connect_at_once(&self, options: &SessionOptions) -> Option<AsyncConnection> {
        let connection: Box<dyn Connection> =
            DriverSession::connection_at_once(&self.shared, &options.clone().or(&self.options))?;
        Some(connection.into())
    }

    fn pool_status(&self) -> PoolStatus {
        self.shared.pool.status()
    }

    fn pool_counters(&self) -> PoolCounters {
        self.shared.pool.counters()
    }

    fn warm_up(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.shared.pool.fill(&self.shared))
    }

    fn close(&self, limit: Duration) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let result = self.shared.pool.close(&self.shared, limit).await;
            self.shared.driver.disposed();
            result
        })
    }

    fn is_closed(&self) -> bool {
        self.shared.pool.is_closed()
    }

    fn tell_retry(&self, event: RetryEvent) {
        self.shared.listeners.tell_retry(event);
    }

    fn dispose(&self) -> Result<()> {
        let idle = self.shared.pool.dispose(&self.shared.driver)?;
        self.shared.close_all(idle, CloseReason::Disposed);
        Ok(())
    }

    fn executor(&self) -> &Executor {
        &self.shared.executor
    }

    fn session_options(&self) -> &SessionOptions {
        &self.options
    }

    fn with_options(&self, options: SessionOptions) -> Arc<dyn Engine> {
        Arc::new(Self { shared: self.shared.clone(), options: options.or(&self.options) })
    }
}
