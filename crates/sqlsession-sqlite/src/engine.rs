use std::{ops::Deref, sync::Arc};

use sqlsession_core::{
    AsyncEngine, AsyncSessionMaker, DatabaseUrl, EngineOptions, Error, Result, SessionOptions, blocking,
    driver::{Face, IsolationLevel},
    engine::{DriverEngine, Engine},
    runtime::Executor,
};

use crate::{SqliteDriver, SqliteOptions};

/// An engine over SQLite, without the facade. Cheap to clone; clones share the pool. Making one does no I/O.
///
/// ```
/// use sqlsession_sqlite::SqliteEngine;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> sqlsession_core::Result<()> {
/// let maker = SqliteEngine::new("sqlite://")?.session_maker();
/// let mut session = maker.session();
/// assert_eq!(session.scalar_one::<i64>("select 6 * 7").await?, 42);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct SqliteEngine(Arc<DriverEngine<SqliteDriver>>);

impl SqliteEngine {
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
        let mut sqlite = SqliteOptions::from_url(&url)?;
        if let Some(statements) = options.statement_cache_size {
            sqlite = sqlite.with_statement_cache_size(statements);
        }
        let session = &mut options.session;
        session.begin_mode.get_or_insert(sqlite.begin());
        // The connections are opened with the URL's level; only that there is no transaction concerns the session.
        if sqlite.isolation_level() == IsolationLevel::Autocommit {
            session.isolation_level.get_or_insert(IsolationLevel::Autocommit);
        }
        let driver = SqliteDriver::new(sqlite, options.face);
        Ok(Self(Arc::new(DriverEngine::new(url, driver, Executor::Caller, options)?)))
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

impl Deref for SqliteEngine {
    type Target = dyn Engine;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl From<SqliteEngine> for Arc<dyn Engine> {
    fn from(engine: SqliteEngine) -> Self {
        engine.0
    }
}
