use std::{ops::Deref, sync::Arc};

use sqlsession_core::{
    AsyncEngine, AsyncSessionMaker, DatabaseUrl, EngineOptions, Error, Result, SessionOptions, blocking,
    driver::Face,
    engine::{DriverEngine, Engine},
    runtime::Executor,
};

use crate::{MysqlDriver, MysqlOptions};

/// An engine over MySQL or MariaDB, without the facade. Cheap to clone; clones share the pool. Making one does no I/O.
///
/// ```no_run
/// use sqlsession_mysql::MysqlEngine;
///
/// # async fn example() -> sqlsession_core::Result<()> {
/// let maker = MysqlEngine::new("mysql://ada:secret@localhost/shop")?.session_maker();
/// let mut session = maker.session();
/// assert_eq!(session.scalar_one::<i64>("select 6 * 7").await?, 42);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct MysqlEngine(Arc<DriverEngine<MysqlDriver>>);

impl MysqlEngine {
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
    /// An engine for blocking calls has a runtime of its own, of one thread, which turns while one of its calls waits.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when an option is out of range.
    pub fn with_options<U>(url: U, mut options: EngineOptions) -> Result<Self>
    where
        U: TryInto<DatabaseUrl, Error: Into<Error>>,
    {
        let url = url.try_into().map_err(Into::into)?;
        let mut mysql = MysqlOptions::from_url(&url)?;
        if let Some(statements) = options.statement_cache_size {
            mysql = mysql.with_statement_cache_size(statements);
        }
        let session = &mut options.session;
        session.isolation_level = session.isolation_level.or(mysql.isolation_level());
        session.statement_timeout = session.statement_timeout.or(mysql.command_timeout());
        let executor = match options.face {
            Face::Async => Executor::Caller,
            Face::Blocking => Executor::runtime()?,
        };
        let driver = MysqlDriver::new(mysql);
        Ok(Self(Arc::new(DriverEngine::new(url, driver, executor, options)?)))
    }

    /// A maker of sessions, by `await`.
    #[must_use]
    pub fn session_maker(&self) -> AsyncSessionMaker {
        AsyncSessionMaker::new(self.0.clone(), SessionOptions::default())
    }

    /// The engine as any engine, by `await`.
    #[must_use]
    pub fn to_async(&self) -> AsyncEngine {
        AsyncEngine::from(self.0.clone() as Arc<dyn Engine>)
    }

    /// The engine by blocking calls.
    ///
    /// # Errors
    /// `Configuration` when it was not made with [`EngineOptions::blocking`].
    pub fn to_blocking(&self) -> Result<blocking::Engine> {
        blocking::Engine::new(self.0.clone())
    }

    /// Whether it was made for `await` or for blocking calls.
    #[must_use]
    pub fn face(&self) -> Face {
        self.0.face()
    }
}

impl Deref for MysqlEngine {
    type Target = dyn Engine;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl From<MysqlEngine> for Arc<dyn Engine> {
    fn from(engine: MysqlEngine) -> Self {
        engine.0
    }
}
