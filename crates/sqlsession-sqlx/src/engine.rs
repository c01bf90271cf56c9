use std::{fmt, ops::Deref, sync::Arc};

use sqlsession_core::{
    AsyncEngine, DatabaseUrl, Engine, EngineOptions, Error, Result, blocking, engine::DriverEngine,
    runtime::Executor,
};
use sqlx_core::pool::Pool;

use crate::{SqlxDatabase, SqlxDriver};

/// An engine over sqlx, without the facade. Cheap to clone; clones share the connections. Making one does no I/O.
///
/// It is a [`DriverEngine`] by `Deref`.
pub struct SqlxEngine<DB: SqlxDatabase>(DriverEngine<SqlxDriver<DB>>);

impl<DB: SqlxDatabase> SqlxEngine<DB> {
    /// An engine for this URL, with connections and a pool of its own, for use by `await`.
    ///
    /// # Errors
    /// `Configuration` when the URL or one of its options is wrong.
    pub fn new<U>(url: U) -> Result<Self>
    where
        U: TryInto<DatabaseUrl, Error: Into<Error>>,
    {
        DriverEngine::new(url).map(Self)
    }

    /// As [`new`](Self::new), with options, for use as they say.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when an option is out of range.
    pub fn with_options<U>(url: U, options: EngineOptions) -> Result<Self>
    where
        U: TryInto<DatabaseUrl, Error: Into<Error>>,
    {
        DriverEngine::with_options(url, options).map(Self)
    }

    /// An engine for this URL, for use by blocking calls.
    ///
    /// # Errors
    /// As [`new`](Self::new); `ResourceExhausted` when the system has no room for the runtime that sqlx needs.
    pub fn blocking<U>(url: U) -> Result<blocking::Engine>
    where
        U: TryInto<DatabaseUrl, Error: Into<Error>>,
    {
        DriverEngine::<SqlxDriver<DB>>::blocking(url)
    }

    /// As [`blocking`](Self::blocking), with options.
    ///
    /// # Errors
    /// As [`blocking`](Self::blocking), and when an option is out of range.
    pub fn blocking_with<U>(url: U, options: EngineOptions) -> Result<blocking::Engine>
    where
        U: TryInto<DatabaseUrl, Error: Into<Error>>,
    {
        DriverEngine::<SqlxDriver<DB>>::blocking_with(url, options)
    }

    /// An engine on a pool that the program already holds: a session takes a connection out of it with its first
    /// statement, and gives it back when its transaction ends.
    ///
    /// How many connections there are, how long they live and how long one is waited for is the pool's business. What
    /// was dropped in the middle of something is closed and does not go back.
    ///
    /// # Errors
    /// None with these options.
    pub fn from_pool(pool: Pool<DB>) -> Result<Self> {
        Self::from_pool_with(pool, EngineOptions::default())
    }

    /// As [`from_pool`](Self::from_pool), with options.
    ///
    /// # Errors
    /// `Configuration` for an option of the engine's pool other than `connect_timeout`, `reset_on_return` and
    /// `leak_detection`, for an isolation level the database does not have, and for a blocking engine.
    pub fn from_pool_with(pool: Pool<DB>, mut options: EngineOptions) -> Result<Self> {
        let url = DatabaseUrl::parse(&format!("{}+sqlx://", DB::dialect().name))?;
        let driver = SqlxDriver::over_pool(pool, &mut options)?;
        DriverEngine::over(url, driver, Executor::Caller, options).map(Self)
    }

    /// The engine as any engine, by `await`.
    #[must_use]
    pub fn to_async(&self) -> AsyncEngine {
        self.0.to_async()
    }
}

impl<DB: SqlxDatabase> Clone for SqlxEngine<DB> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<DB: SqlxDatabase> Deref for SqlxEngine<DB> {
    type Target = DriverEngine<SqlxDriver<DB>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<DB: SqlxDatabase> From<SqlxEngine<DB>> for Arc<dyn Engine> {
    fn from(engine: SqlxEngine<DB>) -> Self {
        engine.0.into()
    }
}

impl<DB: SqlxDatabase> fmt::Debug for SqlxEngine<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqlxEngine").field(&self.0).finish()
    }
}
