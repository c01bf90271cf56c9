use std::sync::Arc;

use super::{Engine, EngineOptions, Shared};
use crate::{
    AsyncConnection, AsyncSession, DatabaseUrl, PoolStatus, Result, SessionOptions,
    driver::{BoxFuture, Dialect, Driver, Face},
    runtime::Executor,
    session::{DriverSession, Session},
};

/// The engine over one driver. A driver crate names it: `SqliteEngine`.
///
/// Clones share the pool.
#[derive(Debug)]
pub struct DriverEngine<D: Driver> {
    shared: Arc<Shared<D>>,
    /// What this engine says beyond the options it was made with.
    options: SessionOptions,
}

impl<D: Driver> Clone for DriverEngine<D> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone(), options: self.options.clone() }
    }
}

impl<D: Driver> DriverEngine<D> {
    /// An engine over this driver. No I/O.
    ///
    /// # Errors
    /// `Configuration` when an option is out of range or means nothing to the driver.
    pub fn new(url: DatabaseUrl, driver: D, executor: Executor, options: EngineOptions) -> Result<Self> {
        let shared = Shared::new(url, driver, executor, options)?;
        Ok(Self { shared, options: SessionOptions::default() })
    }

    /// The driver.
    #[must_use]
    pub fn driver(&self) -> &D {
        &self.shared.driver
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
            let connection = DriverSession::connection(self.shared.clone(), options).await?;
            let connection: Box<dyn crate::session::Connection> = Box::new(connection);
            Ok(connection.into())
        })
    }

    fn pool_status(&self) -> PoolStatus {
        self.shared.pool.status()
    }

    fn dispose(&self) -> Result<()> {
        let idle = self.shared.pool.dispose()?;
        self.shared.close_all(idle);
        self.shared.driver.disposed();
        Ok(())
    }

    fn executor(&self) -> &Executor {
        &self.shared.executor
    }

    fn with_options(&self, options: SessionOptions) -> Arc<dyn Engine> {
        Arc::new(Self { shared: self.shared.clone(), options: options.or(&self.options) })
    }
}
